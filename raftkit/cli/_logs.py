"""``raftkit logs``: a trace, or a log in the labs' style, one column a server."""

from typing import Annotated

import typer

from raftkit.cli._accept import accept, duration_ns, pattern, servers, terms, topics


def logs(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|FILE|-",
            help="A run (last, its id, <run>/<test>-<seed>), a trace or log, or - for a pipe. "
            "Default: the last run's first failure.",
        ),
    ] = None,
    columns: Annotated[
        int | None,
        typer.Option(
            "--columns", "-c", metavar="N", min=0, max=1000, help="Columns, one a server; 0 for a list."
        ),
    ] = None,
    ignore: Annotated[
        str, typer.Option("--ignore", "-i", metavar="TOPIC,...", help="Leave these topics out.")
    ] = "",
    just: Annotated[str, typer.Option("--just", "-j", metavar="TOPIC,...", help="Only these topics.")] = "",
    server: Annotated[str, typer.Option(metavar="LIST", help="Only these servers: 0-2,4.")] = "",
    term: Annotated[str, typer.Option(metavar="RANGE", help="Only these terms: 3, 3..5, 3.. or ..5.")] = "",
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="From then on: 2.1s.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Up to then: 2.4s.")] = "",
    around_failure: Annotated[
        str, typer.Option(metavar="TIME", help="Only so much before the end: 300ms.")
    ] = "",
    grep: Annotated[str, typer.Option(metavar="REGEX", help="Only lines in which it is found.")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on while the file grows.")] = False,
    color: Annotated[
        bool | None, typer.Option("--color/--no-color", help="Default: on a terminal, without NO_COLOR.")
    ] = None,
    pager: Annotated[
        bool, typer.Option("--pager/--no-pager", help="On a terminal, $PAGER or less shows it.")
    ] = True,
    width: Annotated[
        int | None, typer.Option(metavar="N", min=20, max=10_000, help="Default: the terminal's.")
    ] = None,
) -> int:
    """Show what happened, one column a server.

    Reads raftkit's traces, and logs in the style of the labs' blog post ("008258 VOTE S0 -> S1 ...").
    Topics: VOTE LEAD TERM LOG1 LOG2 CMIT PERS SNAP CLNT TEST ...; BEAT are heartbeats, DROP what was lost.
    """
    from raftkit.cli._logs_session import LogsOptions, show_logs
    from raftkit.report.columns import Wanted

    first, last = accept("--from", duration_ns, start), accept("--to", duration_ns, end)
    if first is not None and last is not None and last < first:
        raise typer.BadParameter(f"{end} is before {start}", param_hint="--to")
    wanted = Wanted(
        just=topics(just),
        ignore=topics(ignore),
        servers=accept("--server", servers, server) or frozenset(),
        terms=accept("--term", terms, term),
        from_ns=first or 0,
        to_ns=last,
        around_end_ns=accept("--around-failure", duration_ns, around_failure),
        pattern=accept("--grep", pattern, grep),
    )
    if follow and wanted.around_end_ns is not None:
        raise typer.BadParameter("a file that grows has no end yet", param_hint="--around-failure")
    return show_logs(
        LogsOptions(
            source=source,
            wanted=wanted,
            columns=columns,
            follow=follow,
            color=color,
            pager=pager,
            width=width,
        )
    )
