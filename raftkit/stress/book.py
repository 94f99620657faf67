"""The book of a stress run: its folder, what was asked for, what is done, what broke."""

import contextlib
import time
from pathlib import Path
from typing import Any

import msgspec

from raftkit.report.json_report import SCHEMA_VERSION, JsonFile
from raftkit.report.totals import RunVerdict
from raftkit.runner.past_runs import RUN_FILE
from raftkit.stress.changes import changed_files
from raftkit.stress.evidence import remove
from raftkit.stress.journal import JOURNAL_FILE, Entry, JournalReader
from raftkit.stress.planner import Planner
from raftkit.stress.signs import StopSigns
from raftkit.stress.tally import Group, Tally
from raftkit.stress.work import Asked, StressError, Tested, read_asked

MOST_LISTED = 100
"""Failures that ``run.json`` lists, for the commands that look at a run."""


class Book:
    """Takes what is new in the journal, and answers for the run as a whole."""

    def __init__(self, folder: Path, asked: Asked, jobs: int) -> None:
        self.folder = folder
        self.asked = asked
        self.signs = StopSigns(folder)
        self.planner = Planner(asked, jobs)
        self.tallies = [Tally(test.name for test in asked.tests) for _ in asked.versions]
        self.neighbours = Tally(())
        """Runs of seeds' neighbours, of all versions."""
        self.began = time.monotonic()
        self.was_interrupted = False
        self.before = 0
        """Runs that were done when this session began."""
        self.news: list[tuple[Group, Entry]] = []
        """What broke for the first time since somebody last looked; with ``tells_all`` whatever broke."""
        self.tells_all = False
        self._reader = JournalReader(folder / JOURNAL_FILE, Entry)
        self._listed: list[Entry] = []
        self._tests = {test.name: test for test in asked.tests}

    @property
    def tally(self) -> Tally:
        """The only version's."""
        return self.tallies[0]

    @property
    def seconds(self) -> float:
        """Since this session began."""
        return time.monotonic() - self.began

    @property
    def done(self) -> int:
        """Runs that are done."""
        return sum(tally.all.done for tally in self.tallies) + self.neighbours.all.done

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take at this pace; None when nobody knows."""
        size, done = self.planner.size, self.done
        if size is None or done <= self.before:
            return None
        return (size - done) * self.seconds / (done - self.before)

    @property
    def failures_a_minute(self) -> float:
        """Over the last minute."""
        return sum(tally.failures_a_minute(self.seconds) for tally in self.tallies)

    def test(self, name: str) -> Tested:
        """One of its tests."""
        return self._tests[name]

    # --- reading ---

    def read(self, *, to_the_end: bool = False) -> int:
        """Take what is new in the journal; return how many runs that was."""
        taken = 0
        for entry in self._reader.new(to_the_end=to_the_end):
            taken += self._take(entry)
        return taken

    def resume(self) -> None:
        """Take what an earlier session did."""
        self.before = self.read(to_the_end=True)
        self.news.clear()
        for tally in self.tallies:
            tally.recent_failures.clear()

    def _take(self, entry: Entry) -> bool:
        if entry.salt:
            self.neighbours.add(entry, self.seconds)
            return True
        if not self.planner.note(entry.version, entry.test, entry.seed):
            return False
        group = self.tallies[entry.version].add(entry, self.seconds)
        if group is not None:
            self._keep(entry, group)
            if group.count == 1 or self.tells_all:
                self.news.append((group, entry))
        return True

    def _keep(self, entry: Entry, group: Group) -> None:
        if not entry.folder:
            return
        if len(self._listed) < MOST_LISTED:
            self._listed.append(entry)
        beyond = group.keep(entry)
        if beyond is not None and self.asked.keep == "few":
            with contextlib.suppress(ValueError):
                self._listed.remove(beyond)
            remove(self.folder / beyond.folder)

    # --- the run as others see it ---

    @property
    def verdict(self) -> RunVerdict:
        """The verdict, as of now."""
        whole = [tally.all for tally in self.tallies]
        if self.was_interrupted:
            return RunVerdict.INTERRUPTED
        if any(count.failed for count in whole):
            return RunVerdict.FAILED
        if not self.done:
            return RunVerdict.EMPTY
        inconclusive = any(count.vacuous or count.errors for count in whole)
        return RunVerdict.INCONCLUSIVE if inconclusive else RunVerdict.PASSED

    def write_run(self, verdict: RunVerdict) -> None:
        """Write ``run.json``, by which ``raftkit runs`` and ``raftkit logs`` know it."""
        count = self.tally.all
        report: dict[str, Any] = {
            "schema_version": SCHEMA_VERSION,
            "implementation": self.asked.versions[0].named,
            "seeds": str(self.asked.seeds),
            "verdict": verdict.value,
            "passed": count.passed,
            "failed": count.failed,
            "inconclusive": count.vacuous + count.errors,
            "lab_seconds": count.lab_ns / 1e9,
            "wall_seconds": round(self.seconds, 3),
            "tests": [self._listing(entry) for entry in self._listed],
        }
        with contextlib.suppress(OSError):
            JsonFile(self.folder / RUN_FILE).write_value(report)

    def _listing(self, entry: Entry) -> dict[str, Any]:
        tested = self._tests[entry.test]
        return {
            "id": tested.id,
            "part": tested.part,
            "title": tested.title,
            "verdict": entry.verdict.value,
            "reason": f"{entry.broke.kind}: {entry.broke.summary}" if entry.broke else "",
            "seed": entry.seed,
            "lab_seconds": entry.lab_seconds,
            "folder": entry.folder,
        }


def reopen(folder: Path, jobs: int, **changes: Any) -> Book:
    """Open the book of an earlier run, with some of what was asked for changed.

    Raises:
        StressError: There is none, or its implementation is not what it was.
    """
    asked = read_asked(folder)
    if len(asked.versions) > 1:
        raise StressError(f"{folder} holds a comparison of two versions, which cannot go on")
    asked = msgspec.structs.replace(
        asked, **{name: value for name, value in changes.items() if value is not None}
    )
    for version in asked.versions:
        if changed := changed_files(version):
            raise StressError(
                f"{', '.join(changed)} changed since that run began, so its results are about another program\n"
                "  try: begin a new run, without --resume"
            )
    book = Book(folder, asked, jobs)
    book.resume()
    return book
