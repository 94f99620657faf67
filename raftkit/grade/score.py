"""From runs to points: exact until the end, then to cents of a point.

Nothing that a submission can do to its runs may raise their rate. What only the machine can bring about is left
out of it; what a submission may have brought about is not.
"""

from collections.abc import Sequence
from fractions import Fraction

from raftkit.grade.book import PartGrade, RunGrade, TestGrade
from raftkit.grade.rubric import GradedTest, Rubric

ENOUGH = Fraction(1, 2)
"""Of a test's runs must pass or fail; with fewer the test is inconclusive."""


def earned(test: GradedTest, runs: Sequence[RunGrade]) -> Fraction | None:
    """What a test earns by these runs.

    None when too few of them were made, or passed or failed; and when runs on which raftkit failed would change it,
    if they counted as not passed.
    """
    judged = [run for run in runs if not run.unjudged]
    plain = sum(not run.is_vacuous for run in judged)
    if len(runs) < len(test.seeds) or plain < ENOUGH * len(test.seeds):
        return None
    passed, disputed = sum(run.has_passed for run in judged), sum(run.is_disputed for run in runs)
    share = test.points_for.share(passed, len(judged))
    return test.points * share if share == test.points_for.share(passed, len(judged) + disputed) else None


def test_grade(test: GradedTest, points: Fraction | None, runs: Sequence[RunGrade]) -> TestGrade:
    """A test's grade."""
    judged = [run for run in runs if not run.unjudged]
    return TestGrade(
        name=test.test.name,
        part=test.test.part,
        title=test.test.title,
        points=None if points is None else cents(points),
        max_points=cents(test.points),
        points_for=str(test.points_for),
        sees=test.sees,
        passed=sum(run.has_passed for run in judged),
        judged=len(judged),
        runs=tuple(runs),
    )


def part_grades(rubric: Rubric, points: Sequence[Fraction | None]) -> tuple[PartGrade, ...]:
    """The parts' grades; ``points`` are those of the rubric's tests."""
    return tuple(
        PartGrade(
            name=name,
            points=_sum([p for test, p in zip(rubric.tests, points, strict=True) if test.test.part == name]),
            max_points=cents(most),
        )
        for name, most in rubric.parts.items()
    )


def cents(points: Fraction) -> float:
    """Points as people see them, to two places."""
    return float(round(points, 2))


def _sum(points: Sequence[Fraction | None]) -> float | None:
    known = [one for one in points if one is not None]
    return cents(sum(known, Fraction(0))) if len(known) == len(points) else None
