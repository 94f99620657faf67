"""A rubric: which tests are run, with which seeds, and what they are worth."""

from dataclasses import dataclass
from fractions import Fraction

from raftkit.grade.book import Sees
from raftkit.model import Limits
from raftkit.stress.work import Tested


@dataclass(frozen=True, slots=True)
class PointsFor:
    """How the runs of a test become points.

    Attributes:
        steps: Pass rates from which a share of the points is earned, rising, with that share; empty when
            the share is the pass rate itself.
    """

    steps: tuple[tuple[Fraction, Fraction], ...] = ()

    def share(self, passed: int, judged: int) -> Fraction:
        """Which share of the points so many passes earn."""
        rate = Fraction(passed, judged)
        if not self.steps:
            return rate
        return max((share for least, share in self.steps if rate >= least), default=Fraction(0))

    def __str__(self) -> str:
        if not self.steps:
            return "the pass rate"
        if self.steps == ALL_MUST_PASS.steps:
            return "all runs must pass"
        return ", ".join(
            f"{_percent(share)} of the points from {_percent(rate)}" for rate, share in self.steps
        )


ALL_MUST_PASS = PointsFor(((Fraction(1), Fraction(1)),))
PASS_RATE = PointsFor()


def _percent(share: Fraction) -> str:
    return f"{float(share * 100):g} %"


@dataclass(frozen=True, slots=True, kw_only=True)
class GradedTest:
    """One test of a rubric.

    Attributes:
        test: The test; its ``part`` is the rubric's, its ``command`` what a student types.
        points: What it can earn, exactly.
        seeds: With which it is run.
        points_for: How its runs become points.
        sees: What a student sees of it.
    """

    test: Tested
    points: Fraction
    seeds: tuple[int, ...]
    points_for: PointsFor
    sees: Sees


@dataclass(frozen=True, slots=True, kw_only=True)
class Rubric:
    """A rubric, read and checked.

    Attributes:
        title: The assignment's.
        parts: The parts in their order, with what each can earn.
        tests: The tests, part by part.
        limits: What a run may use.
        apart: Whether each server is a world of its own, so that servers share nothing.
        digest: SHA-256 of its text.
    """

    title: str
    parts: dict[str, Fraction]
    tests: tuple[GradedTest, ...]
    limits: Limits
    apart: bool
    digest: str

    @property
    def max_points(self) -> Fraction:
        """What can be earned."""
        return sum(self.parts.values(), Fraction(0))

    @property
    def runs(self) -> int:
        """Runs that one submission takes."""
        return sum(len(test.seeds) for test in self.tests)
