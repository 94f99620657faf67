"""A comparison of two versions on behalf of the command line."""

from __future__ import annotations

import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from raftkit.cli._exits import Exit
from raftkit.cli._keywords import Fits
from raftkit.cli._session import EXITS, signals_interrupt
from raftkit.cli._shared import check_writable
from raftkit.cli._stress_session import first_lines, open_hands, say, write_report
from raftkit.model import Limits, Mode
from raftkit.report.clean import clean_lines
from raftkit.stress import StressError
from raftkit.stress.begin import begin, run_folder, tested
from raftkit.stress.bisect import Bisect
from raftkit.stress.bisect_report import bisect_report
from raftkit.stress.bisect_text import bisect_ending
from raftkit.stress.changes import are_same
from raftkit.stress.hands import Hands
from raftkit.stress.rounds import Rounds
from raftkit.stress.seeds import Seeds
from raftkit.stress.versions import VERSIONS_FOLDER, version
from raftkit.stress.view import open_view
from raftkit.stress.watch import Until
from raftkit.stress.work import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class BisectOptions:
    """What the user asked for, understood."""

    old: str
    new: str
    names: list[str]
    seeds: tuple[int, ...]
    runs: int
    neighbours: int
    jobs: int | None
    dask: str
    fits: Fits | None
    mode: Mode
    output: Path | None
    json: Path | None


def run_bisect(options: BisectOptions) -> int:
    """Run both, compare, and return the exit code.

    Raises:
        RaftkitError: It cannot begin.
    """
    check_writable("--json", options.json)
    with signals_interrupt():
        with closing(open_hands(options.jobs, options.dask)) as hands:
            return _run(options, hands)


def _run(options: BisectOptions, hands: Hands) -> int:
    compared = _begin(options, hands.jobs)
    if compared is None:
        print("there is no test that fits", file=sys.stderr)
        return Exit.NOTHING
    book = compared.book
    rounds = Rounds(book, open_view(), Until(), hands)
    say(first_lines(book, hands.jobs, compared.labels))
    try:
        compared.run(rounds)
    except KeyboardInterrupt:
        book.was_interrupted = True
    say(bisect_ending(compared))
    is_written = write_report(lambda: bisect_report(compared), options.json)
    code = EXITS[compared.verdict]
    if rounds.trouble:
        say([(f"error: {clean_lines(rounds.trouble)}", "bold yellow")])
        code = Exit.FAULT
    return Exit.FAULT if code == Exit.PASSED and not is_written else code


def _begin(options: BisectOptions, jobs: int) -> Bisect | None:
    from raftkit.suite import find_tests, suites_dir

    tests = find_tests(options.names, suites_dir=suites_dir())
    if options.fits is not None:
        tests = [test for test in tests if options.fits(f"{test.id} {test.title}")]
    if not tests:
        return None
    seeds = Seeds(listed=options.seeds) if options.seeds else Seeds.drawn(options.runs)
    folder = run_folder(options.output, seeds)
    laid_out = folder / VERSIONS_FOLDER
    old, new = version(options.old, laid_out / "old"), version(options.new, laid_out / "new")
    if are_same(old, new):
        raise StressError(f"{options.old} and {options.new} are the same text")
    asked = Asked(
        versions=(old, new),
        tests=tested(tests),
        seeds=seeds,
        limits=Limits(),
        mode=options.mode,
    )
    return Bisect(begin(asked, folder, jobs), (options.old, options.new), options.neighbours)
