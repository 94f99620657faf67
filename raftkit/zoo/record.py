"""The record of a hunt: a line of JSON for each run, written the moment it ends, and read by whoever goes on."""

import hashlib
from functools import cache
from pathlib import Path

import msgspec

import raftkit
from raftkit.model import SECOND, Verdict
from raftkit.stress.journal import Journal, JournalReader
from raftkit.suite import suites_dir
from raftkit.zoo.mutants import Mutant

RECORD_FILE = "zoo.jsonl"


class Run(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run of one test on one mutant.

    Attributes:
        mutant: Its name.
        column: The column for which it was made.
        mutant_digest: What the mutant was, so that runs of another text are not taken for its own.
        judge_digest: What raftkit and its suites were, so that another judge's verdicts are not taken for ours.
        seed: The seed.
        test: The test.
        verdict: How it ended.
        kind: What broke, ``VotedTwice``; empty when nothing did.
        summary: What broke, in a sentence; untrusted.
        cpu_seconds: Processor time.
        lab_ns: Virtual time.
    """

    mutant: str
    column: str
    mutant_digest: str
    judge_digest: str
    seed: int
    test: str
    verdict: Verdict
    kind: str = ""
    summary: str = ""
    cpu_seconds: float = 0.0
    lab_ns: int = 0

    @property
    def convicts(self) -> bool:
        """Whether the mutant broke something."""
        return self.verdict is not Verdict.PASSED and not self.verdict.is_inconclusive

    @property
    def lab_seconds(self) -> float:
        """Virtual time in seconds."""
        return self.lab_ns / SECOND


Place = tuple[str, str, str, str, int, str]


@cache
def judge_digest() -> str:
    """SHA-256 of raftkit's own files and of the suites that come with it."""
    digest = hashlib.sha256()
    for folder, files in ((Path(raftkit.__file__).parent, "*.py"), (suites_dir(), "*.yaml")):
        for path in sorted(folder.rglob(files)):
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


class Record:
    """Runs that were made, on disk and in memory; several threads may note theirs."""

    def __init__(self, folder: Path, *, goes_on: bool) -> None:
        """Open it, with what an earlier session left if this one goes on.

        Raises:
            OSError: It cannot be written.
        """
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / RECORD_FILE
        if not goes_on:
            path.unlink(missing_ok=True)
        self._runs = {_place(run): run for run in JournalReader(path, Run).new(to_the_end=True)}
        self._journal = Journal(path)

    @property
    def size(self) -> int:
        """How many runs are known."""
        return len(self._runs)

    def find(self, mutant: Mutant, column: str, seed: int, test: str) -> Run | None:
        """A run that was made already: of this very mutant, by this very raftkit."""
        return self._runs.get((mutant.name, column, mutant.digest, judge_digest(), seed, test))

    def note(self, run: Run) -> None:
        """Write a run down.

        Raises:
            OSError: It cannot be written.
        """
        self._journal.append(run)
        self._runs[_place(run)] = run

    def close(self) -> None:
        """Close the file."""
        self._journal.close()


def _place(run: Run) -> Place:
    return run.mutant, run.column, run.mutant_digest, run.judge_digest, run.seed, run.test
