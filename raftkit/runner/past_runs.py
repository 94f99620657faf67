"""Runs that are over: the folders below ``.raftkit/runs``, and how people name them.

A folder may be broken, half removed, or written by another raftkit: then what can be read is shown,
and the rest is left out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from raftkit.errors import RaftkitError
from raftkit.model import Verdict

RUNS = Path(".raftkit") / "runs"
RUN_FILE, RESULT_FILE, TRACE_FILE = "run.json", "result.json", "trace.jsonl"
RUN_NAME = re.compile(r"(?P<stamp>\d{8}T\d{6}Z)-(?P<seed>\d+)-(?P<pid>\d+)")
_FINE = frozenset({"passed", "not_run"})
"""Verdicts of tests that have nothing to show."""
_BLAMES = frozenset(verdict for verdict in Verdict if not verdict.is_inconclusive) - _FINE
"""Verdicts that say something against the implementation."""


class NoSuchRun(RaftkitError):
    """A name means no run, or more than one."""

    def __init__(self, message: str, *, advice: str = "") -> None:
        self.message = message
        self.advice = advice
        super().__init__(f"{message}\n  try: {advice}" if advice else message)


class TestReport(msgspec.Struct):
    """One test in a run's report; a field that is missing has its default."""

    __test__ = False
    id: str = "?"
    part: str = ""
    title: str = ""
    verdict: str = "?"
    reason: str = ""
    seed: int = 0
    lab_seconds: float = 0.0
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    trace_file: str = ""
    repeat: str = ""
    folder: str = ""
    failure: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        """The name of its folder."""
        return self.folder or f"{self.id}-{self.seed}"

    @property
    def has_failed(self) -> bool:
        """Whether there is something to look at."""
        return self.verdict not in _FINE


class RunReport(msgspec.Struct):
    """What ``run.json`` says. A stress run counts all of its runs, and lists those that left a folder."""

    implementation: str = "?"
    verdict: str = "?"
    passed: int = 0
    failed: int = 0
    inconclusive: int = 0
    lab_seconds: float = 0.0
    wall_seconds: float = 0.0
    tests: list[TestReport] = msgspec.field(default_factory=list)

    @property
    def count(self) -> int:
        """How many tests were run, listed or not."""
        return max(self.passed + self.failed + self.inconclusive, len(self.tests))

    @property
    def failures(self) -> list[TestReport]:
        """Listed tests that did not pass, in suite order."""
        return [test for test in self.tests if test.has_failed]

    @property
    def failure_count(self) -> int:
        """How many did not pass, listed or not."""
        not_run = sum(test.verdict == "not_run" for test in self.tests)
        return max(self.failed + self.inconclusive - not_run, len(self.failures))


@dataclass(frozen=True, slots=True)
class RunFolder:
    """One run.

    Attributes:
        path: Its folder, with no ``last`` in it.
        case: The folder of the test that was named with it, ``TestReElection2A-7``, or empty.
    """

    path: Path
    case: str = ""
    _report: list[RunReport | None] = field(default_factory=list, compare=False, repr=False)

    @property
    def id(self) -> str:
        """Its name."""
        return self.path.name

    @property
    def report(self) -> RunReport | None:
        """What it came to, or None when that cannot be read."""
        if not self._report:
            self._report.append(_decoded(self.path / RUN_FILE, RunReport))
        return self._report[0]

    @property
    def cases(self) -> list[str]:
        """The folders of its tests: of those that left something, in suite order where that is known."""
        known = [test.name for test in self.report.tests] if self.report else []
        there = _folders(self.path)
        places = {name: place for place, name in enumerate(known)}
        return sorted(there, key=lambda name: (places.get(name, len(known)), name))

    @property
    def trace(self) -> Path:
        """The trace of the test that is meant.

        Raises:
            NoSuchRun: No trace was left.
        """
        return self.trace_of(self.meant)

    @property
    def meant(self) -> str:
        """The folder of the test that was named, or else of the first that says something against the implementation.

        Where none does it is the first that left something.

        Raises:
            NoSuchRun: Nothing was left.
        """
        return self.case or self._first_failure()

    def trace_of(self, case: str) -> Path:
        """Return the trace of a test of this run.

        Raises:
            NoSuchRun: None was left.
        """
        path = self.path / case / TRACE_FILE
        if path.is_file():
            return path
        result = _decoded(self.path / case / RESULT_FILE, TestReport)
        elsewhere = Path(result.trace_file) if result and result.trace_file else None
        if elsewhere is not None and elsewhere.is_file():
            return elsewhere
        raise NoSuchRun(f"{case} of run {self.id} has left no trace")

    def in_full(self, test: TestReport) -> TestReport:
        """Return what is known of a listed test: its own folder may say more than the list does."""
        found: TestReport | None = _decoded(self.path / test.name / RESULT_FILE, TestReport)
        return test if found is None or test.failure is not None else found

    def _first_failure(self) -> str:
        cases = self.cases
        listed = {test.name: test for test in self.report.tests} if self.report else {}
        for case in cases:
            test = listed.get(case) or _decoded(self.path / case / RESULT_FILE, TestReport)
            if test is not None and test.verdict in _BLAMES:
                return case
        if cases:
            return cases[0]
        verdict = self.report.verdict if self.report else ""
        why = f"it {verdict}" if verdict == "passed" else "no test of it has left a trace"
        raise NoSuchRun(
            f"run {self.id} has no failure to show: {why}",
            advice="raftkit runs lists other runs; raftkit test --trace DIR keeps the traces of passes too",
        )


def past_runs(runs: Path = RUNS) -> list[RunFolder]:
    """Return all runs, newest first."""
    names = [name for name in _folders(runs) if RUN_NAME.fullmatch(name)]
    return [RunFolder(runs / name) for name in sorted(names, key=lambda n: _age(runs / n), reverse=True)]


def _age(path: Path) -> tuple[str, int]:
    """Runs of one second are told apart by when they wrote last."""
    try:
        written = (path / RUN_FILE).stat().st_mtime_ns
    except OSError:
        written = 0
    return path.name.partition("-")[0], written


def _folders(path: Path) -> list[str]:
    try:
        return [entry.name for entry in _scan(path) if entry.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _scan(path: Path) -> Iterator[os.DirEntry[str]]:
    with os.scandir(path) as entries:
        yield from entries


def _decoded(path: Path, kind: type[Any]) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
