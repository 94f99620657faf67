"""The account of a run: results in any order in, final results in suite order out.

Tests run in parallel and end in any order, but the run's total limit is about the lab's order: lab
seconds are summed test by test, as if they had run one after another. The test in which the sum
crosses the limit has timed out, and none after it counts, whatever was already known about them.
So the verdict does not depend on the number of cores.
"""

from collections.abc import Collection
from dataclasses import replace

from raftkit.model import SECOND, Failure, Result, Verdict

TOTAL_LIMIT = "TotalLimit"
"""The kind of a failure that is the run's, not the test's."""


class Ledger:
    """Keeps one account a seed."""

    def __init__(self, total_ns: int) -> None:
        self._total_ns = total_ns
        self._waiting: dict[int, Result] = {}
        self._next = 0
        self._spent: dict[int, int] = {}
        self._closed: dict[int, str] = {}
        self.final: dict[int, Result] = {}
        """What is settled, by its place in suite order, in that order."""

    def add(self, order: int, result: Result) -> list[int]:
        """Note a result; return the places that are settled by it, in suite order.

        A result is settled when all before it are.
        """
        self._waiting[order] = result
        settled = []
        while self._next in self._waiting:
            settled.append(self._settle(self._next))
            self._next += 1
        return settled

    def close(self) -> list[int]:
        """Settle what is left, gaps or not: the run was cut short."""
        return [self._settle(order) for order in sorted(self._waiting)]

    @property
    def known(self) -> dict[int, Result]:
        """Everything known so far: what is settled, then what still waits for a test before it."""
        return {**self.final, **dict(sorted(self._waiting.items()))}

    @property
    def closed_seeds(self) -> Collection[int]:
        """Seeds whose account is used up: nothing of theirs need run any more."""
        return self._closed.keys()

    def _settle(self, order: int) -> int:
        self.final[order] = self._judge(self._waiting.pop(order))
        return order

    def _judge(self, result: Result) -> Result:
        if (crossed_by := self._closed.get(result.seed)) is not None:
            return self._not_run(result, crossed_by)
        before = self._spent.get(result.seed, 0)
        self._spent[result.seed] = before + result.lab_ns
        if before + result.lab_ns <= self._total_ns:
            return result
        self._closed[result.seed] = result.id
        return self._crossed(result, before)

    def _crossed(self, result: Result, before: int) -> Result:
        limit = f"{self._total_ns / SECOND:g} s"
        reason = f"the run's total limit of {limit} was crossed in this test (--total-limit changes it)"
        failure = Failure(
            kind=TOTAL_LIMIT,
            summary=reason,
            expected=f"all tests of a run together take at most {limit} on the lab clock",
            observed=f"{before / SECOND:.1f} s before this test, {result.lab_seconds:.1f} s in it",
            advice="compare the tests' seconds with the lab's own: slow elections, or slow agreement?",
        )
        return replace(
            result,
            verdict=Verdict.TIMED_OUT,
            reason=reason,
            failure=failure,
            lab_ns=self._total_ns - before,
        )

    def _not_run(self, result: Result, crossed_by: str) -> Result:
        reason = f"not run: the total limit of {self._total_ns / SECOND:g} s was crossed in {crossed_by}"
        failure = Failure(kind=TOTAL_LIMIT, summary=reason, advice="--total-limit changes the limit")
        return Result(
            id=result.id,
            part=result.part,
            title=result.title,
            servers=result.servers,
            seed=result.seed,
            verdict=Verdict.NOT_RUN,
            reason=reason,
            failure=failure,
        )
