"""``raftkit replay`` and ``raftkit diff``: run a failure again; hold two traces side by side."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated

import typer

from raftkit.cli._exits import Exit

if TYPE_CHECKING:
    from collections.abc import Callable

    from raftkit.report.difference import Told
    from raftkit.runner.debugger import TimeDebugger
    from raftkit.runner.recipe import Kept
    from raftkit.runner.replay import Replay

_STYLES = {"REPEATED": "bold green", "NOT REPEATED": "bold red"}


def replay(
    run: Annotated[
        str,
        typer.Argument(metavar="RUN", help="last, an id or its beginning, <run>/<test>-<seed>, a folder."),
    ] = "last",
    impl: Annotated[
        str | None,
        typer.Option(metavar="SPEC", help="Another implementation. Default: the one that failed."),
    ] = None,
    no_isolate: Annotated[
        bool, typer.Option("--no-isolate", help="What was isolated runs unlocked: you trust that code.")
    ] = False,
    break_at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Open pdb there, time standing still: 2.310s.")
    ] = None,
    break_on: Annotated[
        list[str] | None,
        typer.Option(metavar="WHAT", help="Open pdb at a log topic or an RPC: 'VOTE server=2 term=4'."),
    ] = None,
    break_before_failure: Annotated[
        bool, typer.Option("--break-before-failure", help="Open pdb shortly before it fails.")
    ] = False,
    server: Annotated[
        int | None, typer.Option(metavar="N", help="With --break-at: in code of this server.")
    ] = None,
) -> int:
    """Run a failure again, with its seed, its limits and its suite, and compare event by event.

    Ends with 0 when the same happened, and with 1 when something else did; then it says where the two runs part.
    """
    from raftkit.cli._session import signals_interrupt
    from raftkit.contract import locate
    from raftkit.report.screen import open_screen
    from raftkit.runner.find_run import find_run
    from raftkit.runner.places import impls_dir
    from raftkit.runner.replay import replay as run_again

    spec = locate(impl, impls=impls_dir()).spec if impl else ""
    debugger_for = None
    if break_at is not None or break_on or break_before_failure:
        debugger_for = _debugger_maker(break_at, break_on or [], break_before_failure, server)
    with signals_interrupt():
        done = run_again(
            find_run(run),
            implementation_named=impl or "",
            spec=spec,
            unlocked=no_isolate,
            debugger_for=debugger_for,
        )
    screen = open_screen()
    for line in _replay_lines(done):
        screen.line(line, _STYLES.get(line.partition("  ")[0], ""))
    return Exit.PASSED if done.is_repeated else Exit.FAILED


def _debugger_maker(
    at: str | None, on: list[str], before_failure: bool, server: int | None
) -> Callable[[Kept], TimeDebugger]:
    from raftkit.cli._breaks import breaks, with_fixed_hashes
    from raftkit.runner.debugger import TimeDebugger

    with_fixed_hashes()
    return lambda kept: TimeDebugger(breaks(at, on, before_failure, server, kept))


def diff(
    first: Annotated[str, typer.Argument(metavar="RUN", help="A run, a test of it, or a trace file.")],
    second: Annotated[str, typer.Argument(metavar="RUN", help="Another one.")],
) -> int:
    """Say where two runs part: the first event that differs, in Raft's terms.

    Ends with 0 when the same happened in both, else with 1.
    """
    from raftkit.report.difference import compare, tell
    from raftkit.runner.find_run import find_trace

    parting = compare(find_trace(first), find_trace(second))
    if parting is None:
        typer.echo("the same happened in both")
        return Exit.PASSED
    for line in _told_lines(tell(parting), "first", "second"):
        typer.echo(line)
    if parting.chosen.keys() & {"test", "seed", "servers"}:
        typer.echo("what was chosen decides all the rest: compare runs of one test with one seed")
    return Exit.FAILED


# --- as text ---


def _replay_lines(done: Replay) -> list[str]:
    from raftkit.report.clean import clean
    from raftkit.report.lab import ending, heading

    kept, result = done.kept, done.result
    assert kept.recipe is not None
    lines = [f"raftkit: {clean(kept.recipe.implementation.named)}   {kept.id}, seed {kept.seed}"]
    lines += [f"note: {clean(change)}" for change in done.changes]
    lines += [heading(result.part, result.title), ending(result)]
    return [*lines, *(_repeated(done) if done.is_repeated else _not_repeated(done))]


def _repeated(done: Replay) -> list[str]:
    from raftkit.report.clean import clean
    from raftkit.report.failure import near

    result = done.result
    what = "the same trace" if result.trace_digest else "the same as far as it can be compared"
    return [
        f"    {clean(result.reason)}",
        "",
        f"REPEATED  {what}: raftkit logs {near(str(done.trace))}",
        f"smaller: {shlex.join(['raftkit', 'shrink', near(str(done.trace.parent))])}",
    ]


def _not_repeated(done: Replay) -> list[str]:
    from raftkit.report.clean import clean
    from raftkit.report.difference import tell
    from raftkit.report.failure import near

    kept, result = done.kept, done.result
    lines = [
        f"    was: {clean(kept.reason) or kept.verdict}",
        f"    now: {clean(result.reason) or 'passed'}",
        "",
    ]
    if done.parting is None:
        lines += ["NOT REPEATED  the same trace, and another verdict"]
    else:
        lines += _told_lines(tell(done.parting), "before", "now", "NOT REPEATED  ")
    if not done.changes:
        lines += ["nothing has changed since: raftkit test --check-determinism looks for the cause"]
    return [*lines, f"more: raftkit logs {near(result.trace_file)}"]


def _told_lines(told: Told, first: str, second: str, head: str = "") -> list[str]:
    from raftkit.model import seconds

    where = f"at {seconds(told.at_ns)} " if told.before or told.now else ""
    lines = [f"chosen: {choice}" for choice in told.chosen]
    lines += [f"{head}{where}{told.sentence}", ""]
    for name, events in (("both", told.common), (first, told.before), (second, told.now)):
        lines += [f"  {name if place == 0 else '':<8}{event}" for place, event in enumerate(events)]
    return [*lines, ""]
