"""A run of a Go lab's own tests on behalf of the command line."""

import itertools
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from raftkit.cli._exits import Exit
from raftkit.cli._gotest_options import GoTestOptions
from raftkit.cli._gotest_report import GoTestReport
from raftkit.cli._session import EXITS, cores, signals_interrupt
from raftkit.gotest import Case, build_tests, choose, find_package, judge, list_tests, run_cases
from raftkit.report.totals import RunVerdict
from raftkit.runner.ledger import Ledger
from raftkit.runner.places import impls_dir


def run_gotest(options: GoTestOptions) -> int:
    """Build the tests, run them, and return the exit code.

    Raises:
        RaftkitError: There is no such package or test, or it does not compile.
    """
    with signals_interrupt(), tempfile.TemporaryDirectory(prefix="raftkit-gotest-") as folder:
        package = find_package(options.implementation, impls=impls_dir())
        program = build_tests(package, options.way, Path(folder))
        tests = choose(list_tests(program, options.way), options.names)
        if options.fits is not None:
            tests = [test for test in tests if options.fits(test)]
        if not tests:
            print("there is no test that fits", file=sys.stderr)
            return Exit.NOTHING
        report = GoTestReport(options, tests)
        verdict = _run(options, package.root, program, tests, report)
        if report.is_unheard:
            return Exit.INTERRUPTED
        return Exit.FAULT if verdict is RunVerdict.PASSED and report.is_lost else EXITS[verdict]


def _run(
    options: GoTestOptions, root: Path, program: Path, tests: list[str], report: GoTestReport
) -> RunVerdict:
    """Run the tests; each is told as soon as all before it are."""
    ledger, cases = Ledger(options.limits.total_ns), _cases(tests, options)
    running = run_cases(program, cases, options.jobs or cores(), options.way, options.limits)
    is_interrupted = False
    try:
        with closing(running):
            for case, ended in running:
                if ended is None:
                    report.begins(case)
                    continue
                result = judge(case, ended, options.limits, root)
                report.ends(case, result, ended)
                for place in ledger.add(case.order, result):
                    report.tell(place, ledger.final[place])
                if report.is_unheard or (options.until_fail and report.has_failed):
                    break
    except KeyboardInterrupt:
        is_interrupted = True
        for place in ledger.close():
            report.tell(place, ledger.final[place])
    return report.finish(is_interrupted=is_interrupted)


def _cases(tests: list[str], options: GoTestOptions) -> Iterator[Case]:
    """All tests with the first seed, then all with the next."""
    first, runs, order = options.seed, options.runs, itertools.count()
    for seed in itertools.count(first) if runs is None else range(first, first + runs):
        for test in tests:
            yield Case(next(order), test, seed)
