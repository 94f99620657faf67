"""``results.json`` as Gradescope's autograder reads it, for one student."""

from collections.abc import Iterator
from typing import Any

from raftkit.grade.book import Sees, StudentGrade, TestGrade
from raftkit.grade.seen import seen_by_student
from raftkit.grade.told import refusal, told
from raftkit.report.clean import clean

NOT_JUDGED = (
    "This grade is not complete: some tests could not be judged, which may be no fault of yours. "
    "Ask your course."
)


def gradescope_results(grade: StudentGrade) -> dict[str, Any]:
    """Return the object.

    Without a grade there is no score: Gradescope then tells the course's staff that something went wrong,
    and charges nobody. Tests of which the student sees nothing are marked ``hidden``; Gradescope shows them
    to the staff alone, and counts them.
    """
    seen = seen_by_student(grade)
    results: dict[str, Any] = {
        "output": refusal(seen) if seen.refused else NOT_JUDGED if grade.points is None else "",
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [*(_test(test) for test in seen.tests), *_hidden(grade)],
    }
    return results if grade.points is None else {"score": grade.points, **results}


def _test(test: TestGrade) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": f"{test.part} {test.name}" + (f": {clean(test.title)}" if test.title else ""),
        "max_score": test.max_points,
        "output": told(test),
        "output_format": "text",
        "visibility": "visible",
    }
    if test.points is None:
        return entry
    status = "passed" if test.points == test.max_points else "failed"
    return {**entry, "score": test.points, "status": status}


def _hidden(grade: StudentGrade) -> Iterator[dict[str, Any]]:
    for test in grade.tests:
        if test.sees is Sees.NOTHING:
            entry = {"name": f"{test.part} {test.name}", "max_score": test.max_points, "visibility": "hidden"}
            yield entry if test.points is None else {**entry, "score": test.points}
