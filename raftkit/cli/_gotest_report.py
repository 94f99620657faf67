"""What is said of a run of a Go lab's own tests, on the console and in a file."""

import time

from raftkit.cli._gotest_options import GoTestOptions
from raftkit.gotest import Case, Ended
from raftkit.model import Result, Verdict
from raftkit.report.clean import clean, clean_lines
from raftkit.report.console import Console, Progress
from raftkit.report.json_report import JsonFile, encode_test, json_report
from raftkit.report.lab import WORDS
from raftkit.report.record import Record
from raftkit.report.screen import open_screen
from raftkit.report.totals import RunVerdict, totals
from raftkit.stress.ending import counts_table
from raftkit.stress.journal import Entry
from raftkit.stress.tally import Count

MOST_TOLD = 10
"""Failures that are told in full when tests are repeated; the table counts all."""
WRITE_SECONDS = 1.0
"""How often the file is written anew."""


class GoTestReport:
    """Tells a run: what is settled, in order; a table at the end.

    Attributes:
        has_failed: Whether some test has not passed.
        is_lost: Whether a report that was asked for could not be written.
    """

    def __init__(self, options: GoTestOptions, tests: list[str]) -> None:
        self._options = options
        self._began = self._written = time.monotonic()
        self._printed: dict[int, str] = {}
        self._results: list[Result] = []
        self._encoded: list[bytes] = []
        self._counts = {test: Count() for test in tests}
        self._not_passed = 0
        self.is_lost = False
        self._screen = open_screen()
        self._console = Console(
            self._screen, implementation=options.implementation, seeds=[options.seed], quiet=self._is_repeated
        )
        self._console.first_line(options.seeds_text, options.way.words)
        self._progress = Progress(len(tests) * (options.runs or 0))
        self._screen.live(self._progress.text)

    @property
    def _is_repeated(self) -> bool:
        return self._options.runs != 1

    @property
    def is_unheard(self) -> bool:
        """Whether nobody reads what is said."""
        return self._screen.is_broken

    @property
    def has_failed(self) -> bool:
        """Whether some test has not passed."""
        return self._not_passed > 0

    def begins(self, case: Case) -> None:
        """A test has begun."""
        self._progress.start(f"{case.test} {case.seed}" if self._is_repeated else case.test)

    def ends(self, case: Case, result: Result, ended: Ended) -> None:
        """A test has ended."""
        self._progress.finish(
            f"{case.test} {case.seed}" if self._is_repeated else case.test,
            passed=result.verdict is Verdict.PASSED,
        )
        if self._options.verbose:
            self._printed[case.order] = ended.text

    def tell(self, place: int, result: Result) -> None:
        """A result is settled."""
        record = Record(result=result, repeat=self._options.repeat(result.id, result.seed))
        self._not_passed += result.verdict is not Verdict.PASSED
        self._counts[result.id].add(
            Entry(
                test=result.id,
                seed=result.seed,
                verdict=result.verdict,
                lab_ns=result.lab_ns,
                wall_seconds=result.wall_seconds,
                cpu_seconds=result.cpu_seconds,
            )
        )
        for line in clean_lines(self._printed.pop(place, "")).split("\n"):
            if line:
                self._screen.line(line, "dim")
        if self._is_repeated and result.verdict is not Verdict.PASSED and self._not_passed > MOST_TOLD:
            self._screen.line(f"{result.id}  {WORDS[result.verdict]}: {clean(result.reason)}")
        else:
            self._console.result(record)
        self._results.append(result)
        if self._options.json is not None:
            self._encoded.append(encode_test(record))
            if time.monotonic() - self._written > WRITE_SECONDS:
                self._write(RunVerdict.INCOMPLETE)

    def finish(self, *, is_interrupted: bool) -> RunVerdict:
        """Say what it came to; return that."""
        verdict = RunVerdict.INTERRUPTED if is_interrupted else totals("all", self._results).verdict
        self._screen.close()
        if self._is_repeated and self._results:
            for text, style in counts_table(
                (test, count) for test, count in self._counts.items() if count.done
            ):
                self._screen.line(text, style)
        self._console.summary(verdict, self._results, self._options.seeds_text, self._seconds)
        self._write(verdict)
        return verdict

    @property
    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _write(self, verdict: RunVerdict) -> None:
        """Write the file that was asked for, whole."""
        options, path = self._options, self._options.json
        if path is None:
            return
        self._written = time.monotonic()
        report = json_report(
            implementation=options.implementation,
            seeds=list(dict.fromkeys(result.seed for result in self._results)) or [options.seed],
            verdict=verdict,
            wall_seconds=self._seconds,
            results=self._results,
            tests=self._encoded,
        )
        try:
            JsonFile(path).write(report)
        except OSError as error:
            self.is_lost = True
            self._console.warn(f"{path} could not be written: {error.strerror}")
