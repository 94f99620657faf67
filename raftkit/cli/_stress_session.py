"""A stress run on behalf of the command line: its options, its pytest, its exit code."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typer

from raftkit.chaos import ChaosOptions
from raftkit.cli._exits import Exit
from raftkit.cli._keywords import Fits
from raftkit.cli._session import EXITS, UNUSED_PLUGINS, cores, pytest_left_alone, signals_interrupt
from raftkit.cli._shared import check_writable
from raftkit.model import Limits, Mode
from raftkit.report.clean import clean, clean_lines
from raftkit.report.json_report import JsonFile
from raftkit.report.screen import open_screen
from raftkit.runner.places import default_implementation
from raftkit.stress.begin import begin, find_stress_run, run_folder, tested, tested_version
from raftkit.stress.book import Book, reopen
from raftkit.stress.drawn import tested_chaos
from raftkit.stress.ending import GROUPS_TOLD, Line, ending
from raftkit.stress.evidence import draw
from raftkit.stress.hands import Hands
from raftkit.stress.report import stress_report
from raftkit.stress.rounds import Rounds
from raftkit.stress.seeds import Seeds
from raftkit.stress.view import open_view
from raftkit.stress.watch import Until
from raftkit.stress.work import Asked, StressError, Tested
from raftkit.stress.xdist import XdistHands

USUAL_RUNS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class StressOptions:
    """What the user asked for, understood; None and empty for what was left out."""

    names: list[str]
    chaos: ChaosOptions | None = None
    implementation: str | None
    limits: Limits
    seeds: tuple[int, ...]
    runs: int | None
    is_endless: bool
    seconds: float | None
    until_fail: bool
    jobs: int | None
    dask: str
    fits: Fits | None = None
    resume: bool
    output: Path | None
    keep: str
    in_turn: bool = False
    mode: Mode
    json: Path | None
    verbose: bool


def run_stress(options: StressOptions) -> int:
    """Run, and return the exit code.

    Raises:
        RaftkitError: It cannot begin: no such test, implementation or run, nowhere to write.
    """
    check_writable("--json", options.json)
    with signals_interrupt():
        with closing(open_hands(options.jobs, options.dask)) as hands:
            return _run(options, hands)


def open_hands(jobs: int | None, dask: str) -> Hands:
    """Who runs the tests: processes here, or the workers of a Dask cluster.

    Raises:
        FarmError: There is no such cluster, or it cannot take part.
    """
    if not dask:
        return XdistHands(jobs or cores(), run_pytest)
    from raftkit.farm.farm import Farm  # Dask: only who wants it pays for it
    from raftkit.stress.farmhands import FarmHands

    return FarmHands(Farm(dask))


def _run(options: StressOptions, hands: Hands) -> int:
    book = _reopen(options, hands.jobs) if options.resume else _begin(options, hands.jobs)
    if book is None:
        print("there is no test that fits", file=sys.stderr)
        return Exit.NOTHING
    book.tells_all = options.verbose
    until = Until(seconds=options.seconds, failure=options.until_fail)
    rounds = Rounds(book, open_view(), until, hands)
    say(first_lines(book, hands.jobs))
    try:
        rounds.run()
    except KeyboardInterrupt:
        book.was_interrupted = True
    return finish(book, rounds, options.json)


def _begin(options: StressOptions, jobs: int) -> Book | None:
    version = tested_version(options.implementation or default_implementation())
    tests = _tests(options)
    if not tests:
        return None
    asked = Asked(
        versions=(version,),
        tests=tests,
        seeds=_seeds(options),
        limits=options.limits,
        keep=options.keep or "few",
        in_turn=options.in_turn,
        mode=options.mode,
    )
    return begin(asked, run_folder(options.output, asked.seeds), jobs)


def _tests(options: StressOptions) -> tuple[Tested, ...]:
    from raftkit.suite import find_tests, suites_dir

    if options.chaos is not None:
        return (tested_chaos(options.chaos),)
    tests = find_tests(options.names, suites_dir=suites_dir())
    if options.fits is not None:
        tests = [test for test in tests if options.fits(f"{test.id} {test.title}")]
    return tested(tests)


def _seeds(options: StressOptions) -> Seeds:
    if options.seeds:
        return Seeds(listed=options.seeds)
    return Seeds.drawn(options.runs or (None if options.is_endless else USUAL_RUNS))


def _reopen(options: StressOptions, jobs: int) -> Book:
    drawing = options.chaos is not None and options.chaos != ChaosOptions()
    given = (options.implementation, options.seeds, options.output, options.mode != Mode(), drawing)
    if len(options.names) > 1 or any(given):
        raise typer.BadParameter(
            "a run goes on as it began, with its own tests and seeds; only -n, -j and how it ends may change",
            param_hint="--resume",
        )
    folder = find_stress_run(options.names[0] if options.names else "")
    book = reopen(folder, jobs, keep=options.keep or None)
    if options.chaos is not None and not book.asked.is_chaos:
        raise StressError(f"{folder.name} is no chaos run\n  try: raftkit stress --resume {folder.name}")
    return book if options.runs is None else reopen(folder, jobs, seeds=_longer(book, options.runs))


def _longer(book: Book, runs: int) -> Seeds:
    if book.asked.seeds.listed:
        raise typer.BadParameter("that run has a list of seeds; -n means nothing to it", param_hint="-n")
    return Seeds(first=book.asked.seeds.first, count=runs)


def first_lines(book: Book, jobs: int, names: Sequence[str] = ()) -> list[Line]:
    """Say what is tested, and with which seeds; ``names`` are those that people gave the versions."""
    asked = book.asked
    tested = " → ".join(clean(name) for name in names or [version.named for version in asked.versions])
    tests = f"{len(asked.tests)} tests" if len(asked.tests) > 1 else asked.tests[0].name
    done = f", {book.before:,} runs done already" if book.before else ""
    head = [(f"raftkit: {tested}   {tests}, seeds {asked.seeds}, {jobs} at a time{done}", "bold")]
    return [*head, *((f"warning: {text}", "yellow") for text in _warnings(asked))]


def _warnings(asked: Asked) -> tuple[str, ...]:
    if not asked.mode.isolate:
        return ()
    from raftkit.runner.isolated import isolation_warnings

    return isolation_warnings()


def run_pytest(arguments: list[str], plugins: list[object]) -> int:
    """Run pytest without what a run of ours does not need, and without the user's own plugins and options."""
    import pytest

    unused = [text for name in UNUSED_PLUGINS for text in ("-p", f"no:{name}")]
    with pytest_left_alone():
        return int(pytest.main([*unused, *arguments], plugins=plugins))


def finish(book: Book, rounds: Rounds, json: Path | None) -> int:
    """Say what it came to, write it down, and return the exit code."""
    book.write_run(book.verdict)
    say(ending(book))
    draw_pictures(book)
    if rounds.changed:
        say(
            [
                (
                    f"warning: {', '.join(rounds.changed)} changed while it was tested; the run was stopped",
                    "yellow",
                )
            ]
        )
    code = EXITS[book.verdict]
    if rounds.trouble:
        say([(f"error: {clean_lines(rounds.trouble)}", "bold yellow")])
        code = Exit.FAULT
    is_written = write_report(lambda: stress_report(book), json)
    if rounds.is_unheard:
        return Exit.INTERRUPTED
    return Exit.FAULT if code == Exit.PASSED and (rounds.changed or not is_written) else code


def draw_pictures(book: Book) -> None:
    """Draw the first failure of each kind that is told; others are drawn by raftkit timeline when somebody looks."""
    for group in book.tally.groups[:GROUPS_TOLD]:
        for entry in group.kept[:1]:
            draw(book.folder / entry.folder)


def say(lines: Iterable[Line]) -> None:
    """Print lines, in colours where there are any."""
    screen = open_screen()
    for text, style in lines:
        screen.line(text, style)


def write_report(report: Callable[[], dict[str, Any]], path: Path | None) -> bool:
    """Write a report that was asked for; say whether all is well."""
    if path is None:
        return True
    try:
        JsonFile(path).write_value(report())
    except OSError as error:
        say([(f"warning: {path} could not be written: {error.strerror}", "yellow")])
        return False
    return True
