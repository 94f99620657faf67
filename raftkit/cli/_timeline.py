"""``raftkit timeline``: a trace as a page to look at."""

from pathlib import Path
from typing import Annotated

import typer


def timeline(
    run: Annotated[
        str,
        typer.Argument(
            metavar="RUN|FILE",
            help="A run (last, its id, <run>/<test>-<seed>) or a trace. Default: the last run's first failure.",
            show_default=False,
        ),
    ] = "last",
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Default: report.html beside the trace."),
    ] = None,
    open_it: Annotated[bool, typer.Option("--open", help="Show it in the browser.")] = False,
) -> None:
    """Draw a run over time: servers, their roles, messages, faults and steps, as one page of HTML.

    The page needs no network and no other file: it can be kept, sent, or attached to a bug report.
    """
    from raftkit.report.failure import near
    from raftkit.report.html import write_report
    from raftkit.runner.find_run import find_trace
    from raftkit.runner.past_runs import RESULT_FILE, TRACE_FILE

    trace = find_trace(run)
    # Traces that --trace keeps lie in one folder, under names of their own, without results.
    is_in_run = trace.name == TRACE_FILE
    result = trace.with_name(RESULT_FILE)
    page = output or trace.with_name("report.html" if is_in_run else f"{trace.stem}.html")
    try:
        write_report(trace, result if is_in_run and result.exists() else None, page)
    except OSError as error:
        raise typer.BadParameter(f"{page} cannot be written: {error.strerror}", param_hint="-o") from None
    typer.echo(near(str(page)))
    if open_it:
        typer.launch(page.resolve().as_uri())
