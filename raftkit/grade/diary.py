"""What is known of each student's runs: read from the journal, written to it as each run ends."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from raftkit.grade.task import Outcome
from raftkit.model import SECOND, Verdict
from raftkit.stress.breakage import Breakage, breakage
from raftkit.stress.journal import JOURNAL_FILE, Journal, JournalReader
from raftkit.stress.work import Tested


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One line of the journal: a run, or without a test a look at a submission.

    Attributes:
        student: The student's key.
        submission: SHA-256 of what was handed in, so that what is handed in anew is run anew.
        test: The suite's path and the test's name in it; empty for a look.
        seed: Its seed.
        verdict: How it ended.
        refused: Why the submission cannot be plugged in.
        unjudged: Why this says nothing about the submission.
        broke: What broke.
        lab_ns: Virtual time.
        cpu_seconds: Processor time.
        tries: How often it was made.
    """

    student: str
    submission: str
    test: str = ""
    seed: int = 0
    verdict: Verdict = Verdict.PASSED
    refused: str = ""
    unjudged: str = ""
    broke: Breakage | None = None
    lab_ns: int = 0
    cpu_seconds: float = 0.0
    tries: int = 1

    @property
    def lab_seconds(self) -> float:
        """Virtual time in seconds."""
        return self.lab_ns / SECOND


def key_of(test: Tested) -> str:
    """A test's name in the journal, unlike that of all others."""
    return f"{test.suite}::{test.id}"


class Diary:
    """The journal of a grading, and what stands in it."""

    def __init__(self, folder: Path, *, again: bool) -> None:
        """Open it; with ``again`` what could not be judged counts as not run.

        Raises:
            OSError: It cannot be written.
        """
        self._lines: dict[tuple[str, str, str, int], Line] = {}
        for line in JournalReader(folder / JOURNAL_FILE, Line).new(to_the_end=True):
            self._lines[_key(line)] = line
        if again:
            self._lines = {key: line for key, line in self._lines.items() if not line.unjudged}
        self._journal = Journal(folder / JOURNAL_FILE)

    def find(self, student: str, submission: str, test: str = "", seed: int = 0) -> Line | None:
        """Return what is known of a run, or of a look."""
        return self._lines.get((student, submission, test, seed))

    def knows(self, student: str, submission: str) -> bool:
        """Whether anything was ever run of what this student has handed in."""
        return any(line.student == student and line.submission == submission for line in self._lines.values())

    def note(self, outcome: Outcome, submission: str, test: str) -> Line:
        """Write down what came of a task.

        Raises:
            OSError: The disk is full, or worse.
        """
        task, result = outcome.task, outcome.result
        line = Line(
            student=task.student,
            submission=submission,
            test=test,
            seed=task.seed,
            verdict=result.verdict if result else Verdict.PASSED,
            refused=outcome.refused,
            unjudged=outcome.unjudged,
            broke=breakage(result, task.implementation) if result else None,
            lab_ns=result.lab_ns if result else 0,
            cpu_seconds=round(result.cpu_seconds, 3) if result else 0.0,
            tries=outcome.tries,
        )
        self._journal.append(line)
        self._lines[_key(line)] = line
        return line

    @contextlib.contextmanager
    def closing(self) -> Iterator[None]:
        """Close the journal in the end."""
        try:
            yield
        finally:
            self._journal.close()


def _key(line: Line) -> tuple[str, str, str, int]:
    return line.student, line.submission, line.test, line.seed
