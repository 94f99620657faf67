"""Options of a debugger that stops time: where to stop, as people type it."""

from __future__ import annotations

import os
import re
import sys
from typing import TYPE_CHECKING

from raftkit.errors import RaftkitError
from raftkit.model import MS, SECOND, Limits, Mode

if TYPE_CHECKING:
    from raftkit.runner.debugger import Breaks
    from raftkit.runner.recipe import Kept

_TIME = re.compile(r"(\d+(?:\.\d+)?)(s|ms)")
BEFORE_FAILURE_NS = 200 * MS
"""How long before the failure --break-before-failure stops: a heartbeat or two, what the timeline shows first."""


def breaks(at: str | None, on: list[str], before_failure: bool, server: int | None, kept: Kept) -> Breaks:
    """Where to stop.

    Raises:
        RaftkitError: A moment or a condition is not understood.
    """
    from raftkit.runner.debugger import Breaks, Condition

    at_ns = None if at is None else _moment(at)
    if before_failure:
        at_ns = max(0, round(kept.lab_seconds * SECOND) - BEFORE_FAILURE_NS)
    return Breaks(at_ns=at_ns, server=server, on=tuple(Condition.parse(text) for text in on))


def _moment(text: str) -> int:
    found = _TIME.fullmatch(text.strip())
    if found is None:
        raise RaftkitError(
            f"--break-at {text!r} is not understood: a moment of virtual time, such as 2.310s or 850ms"
        )
    return round(float(found.group(1)) * (SECOND if found.group(2) == "s" else MS))


def with_fixed_hashes() -> None:
    """Start this command again with the hash seed that runner children have, unless it has it already.

    A debugged test runs in this process, and the order of sets of texts must be that of the recorded run.
    """
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(
            sys.executable,
            [sys.executable, "-m", "raftkit", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )


def debug_session(names: list[str], impl: str | None, seeds: list[int], limits: Limits, mode: Mode) -> int:
    """Run tests one by one in this process, stopping where the implementation calls ``breakpoint()``."""
    import typer

    from raftkit.cli._exits import Exit
    from raftkit.plugin.options import mode_options
    from raftkit.report.failure import failure_text
    from raftkit.report.lab import ending, heading
    from raftkit.report.record import Record, repeat_command
    from raftkit.runner.case import run_case
    from raftkit.runner.debugger import Breaks, TimeDebugger
    from raftkit.runner.places import default_implementation, impls_dir
    from raftkit.runner.request import RunRequest
    from raftkit.suite import find_tests, suites_dir
    from raftkit.worlds.local import check_implementation

    with_fixed_hashes()
    named = impl or default_implementation()
    spec = check_implementation(named, impls=impls_dir())
    failed = 0
    for seed in seeds:
        for test in find_tests(names, suites_dir=suites_dir()):
            request = RunRequest(
                suite=test.suite, test=test.id, implementation=spec, seed=seed, limits=limits, mode=mode
            )
            typer.echo(heading(test.part, test.title))
            result = run_case(request, debugger=TimeDebugger(Breaks()))
            typer.echo(ending(result))
            if result.failure is not None:
                failed += 1
                repeat = repeat_command([test.id], named, seed, mode_options(mode))
                typer.echo(failure_text(Record(result=result, repeat=repeat)))
    return Exit.FAILED if failed else Exit.PASSED
