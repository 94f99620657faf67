"""One mutant in one column: run after run, seed by seed, until one convicts."""

import os
from collections.abc import Iterator
from dataclasses import dataclass

from raftkit.model import Limits, Result, Verdict
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild
from raftkit.runner.request import RunRequest
from raftkit.suite import Test
from raftkit.zoo.columns import Column
from raftkit.zoo.matrix import Cell, cell
from raftkit.zoo.mutants import Mutant
from raftkit.zoo.record import Record, Run, judge_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunt:
    """What is to be tried, and in which order: it follows from the files alone, so that who hunts changes nothing.

    Attributes:
        mutant: Whom.
        column: How.
        seeds: With which seeds: 1..``seeds``.
        limits: What a test may use.
    """

    mutant: Mutant
    column: Column
    seeds: int
    limits: Limits

    def run(self, child: RunnerChild, record: Record) -> Cell:
        """Run until a test convicts, or all are done; what the record has already is not run again.

        Raises:
            ContractError: The mutant cannot be plugged in.
            Stopped: Somebody wants an end.
            OSError: What came of a run cannot be written down.
        """
        runs: list[Run] = []
        for seed, test in self.plan():
            run = self._known(record, seed, test.id)
            if run is None:
                run = self.judge(child, seed, test)
                record.note(run)
            runs.append(run)
            if run.convicts:
                break
        return cell(runs)

    def _known(self, record: Record, seed: int, test: str) -> Run | None:
        """A run that need not be made: it was, or a stricter column's was and passed."""
        if run := record.find(self.mutant, self.column.name, seed, test):
            return run
        run = record.find(self.mutant, self.column.follows, seed, test)
        return run if run is not None and run.verdict is Verdict.PASSED else None

    def plan(self) -> Iterator[tuple[int, Test]]:
        """Seeds and tests: all tests of a seed before the next, those first that are likely to convict."""
        for seed in range(1, self.seeds + 1):
            for test in sorted(self.column.tests(seed), key=self._unlikelihood):
                yield seed, test

    def _unlikelihood(self, test: Test) -> tuple[bool, bool, float]:
        """The one that its header names, then those that its other headers name, then the cheapest."""
        caught = self.mutant.caught.get(self.column.name)
        is_named = caught is not None and caught.test == test.id
        return not is_named, test.id not in self.mutant.suspects, test.cost

    def judge(self, child: RunnerChild, seed: int, test: Test) -> Run:
        """Make one run.

        Raises:
            ContractError: The mutant cannot be plugged in.
            Stopped: Somebody wants an end.
        """
        request = RunRequest(
            suite=os.path.abspath(test.suite),
            test=test.id,
            implementation=str(self.mutant.path.absolute()),
            seed=seed,
            limits=self.limits,
            mode=self.column.mode,
        )
        result = child.run(request, About(part=test.part, title=test.title, servers=test.servers))
        return self._told(result, test)

    def _told(self, result: Result, test: Test) -> Run:
        failure = result.failure
        return Run(
            mutant=self.mutant.name,
            column=self.column.name,
            mutant_digest=self.mutant.digest,
            judge_digest=judge_digest(),
            seed=result.seed,
            test=test.id,
            verdict=result.verdict,
            kind=failure.kind if failure else "",
            summary=failure.summary if failure else result.reason,
            cpu_seconds=result.cpu_seconds,
            lab_ns=result.lab_ns,
        )
