"""A run of pytest on behalf of ``raftkit test``: its arguments, its signals, its exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from raftkit.cli._exits import Exit
from raftkit.cli._keywords import Fits
from raftkit.model import Clock, Limits, Mode
from raftkit.report.totals import RunVerdict
from raftkit.runner.places import default_implementation, impls_dir
from raftkit.runner.values import seeds_text

if TYPE_CHECKING:
    from raftkit.cli._reporter import Reporter
    from raftkit.suite import Test

UNUSED_PLUGINS = (
    *("cacheprovider", "capture", "debugging", "doctest", "faulthandler", "legacypath", "logging"),
    *("monkeypatch", "pastebin", "python", "recwarn", "setuponly", "setupplan", "stepwise", "subtests"),
    *("terminal", "threadexception", "tmpdir", "unittest", "unraisableexception", "warnings"),
)
"""Parts of pytest that a run of suites does without: it starts faster, and owns its output."""
COST_WORTH_A_JOB = 60.0
"""An ordinary test costs 1 and takes some 15 ms of CPU; a worker takes half a second to start."""
EXITS = {
    RunVerdict.PASSED: Exit.PASSED,
    RunVerdict.FAILED: Exit.FAILED,
    RunVerdict.INCONCLUSIVE: Exit.FAULT,
    RunVerdict.INTERRUPTED: Exit.INTERRUPTED,
    RunVerdict.INCOMPLETE: Exit.FAULT,
    RunVerdict.EMPTY: Exit.NOTHING,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the user asked for, understood."""

    names: list[str]
    implementation: str | None
    seeds: list[int]
    limits: Limits
    jobs: int | None
    trace_dir: Path | None = None
    json: Path | None = None
    junit: Path | None = None
    fits: Fits | None = None
    fail_fast: bool = False
    check_determinism: bool = False
    mode: Mode = field(default_factory=Mode)
    quiet: bool = False
    verbose: bool = False


def run_session(options: Options) -> int:
    """Run the tests and return the exit code.

    Raises:
        SuiteError: A name means nothing, or a suite is not well formed.
        ContractError: There is no such implementation.
    """
    with signals_interrupt():
        return _run_session(options)


def _run_session(options: Options) -> int:
    from raftkit.contract import locate
    from raftkit.runner.parent import start_ahead
    from raftkit.suite import find_tests, suites_dir

    named = options.implementation or default_implementation()
    locate(named, impls=impls_dir())
    tests = find_tests(options.names, suites_dir=suites_dir())
    if options.fits is not None:
        tests = [test for test in tests if options.fits(f"{test.id} {test.title}")]
    if not tests:
        print("there is no test that fits", file=sys.stderr)
        return Exit.NOTHING
    jobs = _jobs(options, tests)
    if jobs == 1:
        start_ahead()
    reporter = _reporter(options, named, tests)
    if not options.quiet:
        reporter.first_line()
    code = _run_pytest(_arguments(options, named, tests, jobs), reporter)
    reporter.close()
    return _exit_code(code, reporter)


def _run_pytest(arguments: list[str], reporter: Reporter) -> int:
    import pytest

    with pytest_left_alone():
        try:
            return int(pytest.main(arguments, plugins=[reporter]))
        except OSError as error:
            if reporter.run is None or reporter.run.book is None or "--junitxml" not in arguments:
                raise
            reporter.run.book.lose_report(f"--junit: the report could not be written: {error.strerror}")
            reporter.run.pytest_unconfigure()
            return Exit.FAULT
        except KeyboardInterrupt:  # pytest takes one itself, but not a second, nor one at its very end
            if reporter.run is not None:
                reporter.run.end_interrupted()
            return Exit.INTERRUPTED


def _reporter(options: Options, named: str, tests: list[Test]) -> Reporter:
    from raftkit.cli._reporter import Reporter
    from raftkit.report.console import Console
    from raftkit.report.screen import open_screen

    screen = open_screen()
    console = Console(screen, implementation=named, seeds=options.seeds, quiet=options.quiet)
    return Reporter(
        screen,
        console,
        tests={test.id: test for test in tests},
        seeds=f"seed {options.seeds[0]}" if len(options.seeds) == 1 else f"seeds {seeds_text(options.seeds)}",
        total=len(tests) * len(options.seeds),
        note=_note(options, named),
        names_first=options.verbose,
    )


def _note(options: Options, named: str) -> str:
    """What the reader must know about the implementation before anything runs."""
    from raftkit.contract import locate

    if options.mode.clock is Clock.REAL:
        return "on the real clock: the seed does not repeat this run"
    if locate(named, impls=impls_dir()).is_go:
        return "a Go lab: its seed repeats it, but for what docs/go.md names"
    return "" if options.implementation else "no --impl given"


def _exit_code(code: int, reporter: Reporter) -> int:
    run = reporter.run
    if run is not None and run.refused:
        from raftkit.report.clean import clean_lines

        print(clean_lines(run.refused), file=sys.stderr)
        return Exit.USAGE
    if run is None or run.book is None:
        return Exit.NOTHING if code == 0 else code
    if run.was_interrupted or reporter.is_cut_off:
        return Exit.INTERRUPTED
    code = EXITS[run.book.verdict]
    return Exit.FAULT if code == Exit.PASSED and not run.book.has_reports else code


# --- what pytest is told ---


def _arguments(options: Options, named: str, tests: list[Test], jobs: int) -> list[str]:
    from raftkit.plugin.options import run_options

    arguments = [
        *("-c", os.devnull, "--rootdir", os.getcwd(), "--noconftest", "-p", "raftkit.plugin"),
        *(text for name in UNUSED_PLUGINS for text in ("-p", f"no:{name}")),
        *("--impl", named, "--seeds", seeds_text(options.seeds)),
        *run_options(options.limits, options.mode),
    ]
    if jobs > 1:
        arguments += ["-p", "xdist.plugin", "-n", str(jobs), "--dist", "load", "--maxschedchunk", "1"]
    for name, value in (
        ("--trace-dir", options.trace_dir),
        ("--result-json", options.json),
        ("--junitxml", options.junit),
    ):
        arguments += [name, str(value)] if value else []
    arguments += ["-x"] if options.fail_fast else []
    arguments += ["--live-logs"] if options.verbose else []
    arguments += ["--check-determinism"] if options.check_determinism else []
    return [*arguments, *(f"{Path(test.suite).resolve()}::{test.id}" for test in tests)]


def _jobs(options: Options, tests: list[Test]) -> int:
    """How many processes: as many as asked for, else as many as cores, if the work is worth their start."""
    most = len(tests) * len(options.seeds)
    if options.jobs is not None:
        return min(options.jobs, most)
    cost = sum(test.cost for test in tests) * len(options.seeds)
    return min(cores(), most, max(1, round(cost / COST_WORTH_A_JOB)))


def cores() -> int:
    """How many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@contextmanager
def pytest_left_alone() -> Iterator[None]:
    """Keep the user's pytest plugins and options out of a run of suites."""
    wanted = {
        "PYTEST_ADDOPTS": None,
        "PYTEST_PLUGINS": None,
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONSAFEPATH": "1",  # for workers: a file here, say queue.py, must not hide a module
    }
    kept = {name: os.environ.get(name) for name in wanted}
    _set_environment(wanted)
    try:
        yield
    finally:
        _set_environment(kept)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        os.environ.pop(name, None)
        if value is not None:
            os.environ[name] = value


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """End a run that is terminated as one that is interrupted by hand: results kept, children gone."""

    def interrupt(signum: int, frame: object) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
