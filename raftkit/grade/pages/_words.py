"""How the pages speak of points, failures, and of what was not judged."""

from collections.abc import Sequence

from raftkit.grade.book import StudentGrade, TestGrade
from raftkit.model import Failure, seconds
from raftkit.stress.words import counted


def points(value: float | None) -> str:
    """``7.5``; what is not known is a dash."""
    return "–" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")


def rows(failure: Failure) -> Sequence[tuple[str, str]]:
    """What is told of a failure, label by label."""
    told = failure.explanation
    labelled = (
        ("where", str(failure.where) if failure.where else ""),
        ("expected", failure.expected),
        ("observed", failure.observed),
        ("rule", f"{told.source}: {told.rule}" if told else ""),
        ("broken by", told.broken_by if told else ""),
        ("try", failure.advice or (told.look if told else "")),
    )
    return [(label, text) for label, text in labelled if text]


def moments(failure: Failure) -> Sequence[tuple[str, str]]:
    """How it came about: when, and what."""
    told = failure.explanation.moments if failure.explanation else ()
    return [("" if one.at_ns is None else f"t={seconds(one.at_ns)}", one.text) for one in told]


def doubtful_tests(student: StudentGrade) -> list[str]:
    """Each test with runs that somebody should look at: how many, and the first reason."""
    return [
        f"{test.name}: {counted(test.doubtful, 'run')} of {len(test.runs)}, {_reason(test)}"
        for test in student.tests
        if test.doubtful
    ]


def _reason(test: TestGrade) -> str:
    return next(run.doubt for run in test.runs if run.doubt)


def failed_tests(student: StudentGrade) -> int:
    """How many tests did not earn all of their points."""
    return sum(test.points is not None and test.points < test.max_points for test in student.tests)
