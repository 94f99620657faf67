"""A run on the console: the lab's lines in suite order, failures explained, a table at the end."""

import time
from collections.abc import Sequence

from raftkit.model import Result, Verdict
from raftkit.report.clean import clean
from raftkit.report.failure import failure_text
from raftkit.report.lab import ending, heading
from raftkit.report.logs import log_line, topic_style
from raftkit.report.record import Record
from raftkit.report.screen import Screen
from raftkit.report.table import last_line, table
from raftkit.report.totals import RunVerdict
from raftkit.report.unjudged import Unjudged

_STYLES = {
    Verdict.PASSED: "green",
    Verdict.NOT_RUN: "dim",
    Verdict.VACUOUS: "bold yellow",
    Verdict.ERROR: "bold yellow",
}
_RUN_STYLES = {RunVerdict.PASSED: "bold green", RunVerdict.FAILED: "bold red"}


class Console:
    """Prints a run as it goes. Results must come in suite order."""

    def __init__(self, screen: Screen, *, implementation: str, seeds: Sequence[int], quiet: bool) -> None:
        self._screen = screen
        self._implementation = implementation
        self._seeds = seeds
        self._is_quiet = quiet
        self._headed = ""
        self._seed_shown: int | None = None
        self._warned: set[str] = set()

    def first_line(self, seeds_text: str, why: str) -> None:
        """Say what is tested and with which seed, before anything else."""
        note = f"   ({why})" if why else ""
        self._screen.line(f"raftkit: {clean(self._implementation)}   {seeds_text}{note}", "bold")

    def started(self, test: str, part: str, title: str) -> None:
        """Name a test before its log lines; its result then comes without the name."""
        if not self._is_quiet:
            self._screen.line(heading(part, title))
            self._headed = test

    def log(self, at_ns: int, server: int, topic: str, text: str, fields: dict[str, str]) -> None:
        """Print a line that the implementation logged."""
        self._screen.line(log_line(at_ns, server, topic, text, fields), topic_style(topic))

    def result(self, record: Record) -> None:
        """Print how a test went; why, if it did not pass."""
        result = record.result
        for warning in result.warnings:
            self.warn(warning)
        if self._is_quiet and result.verdict is Verdict.PASSED:
            return
        self._show_seed(result.seed)
        if self._headed != result.id:
            self._screen.line(heading(result.part, result.title))
        self._headed = ""
        self._screen.line(ending(result), _STYLES.get(result.verdict, "bold red"))
        if result.verdict not in (Verdict.PASSED, Verdict.NOT_RUN):
            for line in failure_text(record).split("\n"):
                self._screen.line(f"    {line}".rstrip())

    def warn(self, text: str) -> None:
        """Print a sentence for the reader, once."""
        if text not in self._warned:
            self._warned.add(text)
            self._screen.line(f"warning: {clean(text)}", "yellow")

    def summary(
        self, verdict: RunVerdict, results: Sequence[Result], seeds: str, wall_seconds: float
    ) -> None:
        """Print the table and the last line."""
        self._screen.close()
        if not self._is_quiet and results:
            self._screen.line("")
            for line in table(results):
                self._screen.line(line)
            self._screen.line("")
            for line in Unjudged(result.not_judged for result in results).lines():
                self._screen.line(line, "yellow")
        line = last_line(verdict, results, self._implementation, seeds, wall_seconds)
        self._screen.line(line, _RUN_STYLES.get(verdict, "bold yellow"))

    def _show_seed(self, seed: int) -> None:
        """With several seeds, say when the next one begins."""
        if len(self._seeds) > 1 and seed != self._seed_shown:
            self._seed_shown = seed
            self._screen.line(f"--- seed {seed}", "bold")


class Progress:
    """The live line: how many are done, what runs now and for how long."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._done = 0
        self._failed = 0
        self._running: dict[str, float] = {}

    def start(self, test: str) -> None:
        """A test has begun."""
        self._running[test] = time.monotonic()

    def finish(self, test: str, *, passed: bool) -> None:
        """A test has ended."""
        if self._running.pop(test, None) is not None:
            self._done += 1
            self._failed += not passed

    def text(self) -> str:
        """What to show now."""
        now = time.monotonic()
        running = ", ".join(f"{clean(test)} {now - since:.0f}s" for test, since in self._running.items())
        failed = f", {self._failed} failed" if self._failed else ""
        waiting = "finishing" if self._done else "starting"
        return f"{self._done}/{self._total} done{failed}  {running or waiting}"
