"""What a run comes to: counts and seconds, a part and in all, and the verdict on the whole."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from raftkit.model import Result, Verdict


class RunVerdict(StrEnum):
    """How a run ended."""

    PASSED = "passed"
    FAILED = "failed"
    INCONCLUSIVE = "inconclusive"
    """Nothing failed, but something could not be judged."""
    INTERRUPTED = "interrupted"
    INCOMPLETE = "incomplete"
    """It still runs, or its process was killed."""
    EMPTY = "empty"
    """There was nothing to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Sums over results."""

    name: str
    tests: int
    passed: int
    inconclusive: int
    lab_seconds: float
    wall_seconds: float
    cpu_seconds: float

    @property
    def failed(self) -> int:
        """How many neither passed nor stayed open; what was not run counts as failed."""
        return self.tests - self.passed - self.inconclusive

    @property
    def verdict(self) -> RunVerdict:
        """The verdict on these tests."""
        if not self.tests:
            return RunVerdict.EMPTY
        if self.failed:
            return RunVerdict.FAILED
        return RunVerdict.INCONCLUSIVE if self.inconclusive else RunVerdict.PASSED


def totals(name: str, results: Iterable[Result]) -> Totals:
    """Sum up."""
    found = list(results)
    return Totals(
        name=name,
        tests=len(found),
        passed=sum(result.verdict is Verdict.PASSED for result in found),
        inconclusive=sum(result.verdict.is_inconclusive for result in found),
        lab_seconds=sum(result.lab_ns for result in found) / 1e9,
        wall_seconds=sum(result.wall_seconds for result in found),
        cpu_seconds=sum(result.cpu_seconds for result in found),
    )


def by_part(results: Sequence[Result]) -> list[Totals]:
    """Sum up each part, in the order in which the parts first appear."""
    parts = dict.fromkeys(result.part for result in results)
    return [totals(part, (r for r in results if r.part == part)) for part in parts]
