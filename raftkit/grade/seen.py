"""What a student may see of a grade: the one place where the rubric's ``students_see`` is obeyed."""

from collections.abc import Iterator

import msgspec

from raftkit.grade.book import PartGrade, Sees, StudentGrade, TestGrade


def seen_by_student(grade: StudentGrade) -> StudentGrade:
    """Return the grade as its student may see it, with sums over what is seen.

    Tests of which nothing is seen are gone, and their points with them; of others the reasons, seeds,
    commands and traces are gone, or the name as well. A part without a test that is seen is gone, too.
    """
    tests = tuple(_seen(grade.tests))
    hidden = sum(test.sees is Sees.NOTHING for test in grade.tests)
    if not hidden:
        return msgspec.structs.replace(grade, tests=tests)
    parts = tuple(_part(name, tests) for name in dict.fromkeys(test.part for test in tests))
    return msgspec.structs.replace(
        grade,
        tests=tests,
        parts=parts,
        points=added([part.points for part in parts]),
        max_points=round(sum(part.max_points for part in parts), 2),
    )


def added(points: list[float | None]) -> float | None:
    """The sum, to cents of a point; None when one of them is not known."""
    known = [one for one in points if one is not None]
    return round(sum(known), 2) if len(known) == len(points) else None


def _part(name: str, tests: tuple[TestGrade, ...]) -> PartGrade:
    own = [test for test in tests if test.part == name]
    return PartGrade(
        name=name,
        points=added([test.points for test in own]),
        max_points=round(sum(test.max_points for test in own), 2),
    )


def _seen(tests: tuple[TestGrade, ...]) -> Iterator[TestGrade]:
    number = 0
    for test in tests:
        match test.sees:
            case Sees.ALL:
                yield test
            case Sees.VERDICT:
                yield msgspec.structs.replace(test, runs=())
            case Sees.POINTS:
                number += 1
                name = f"hidden test {number}"
                yield msgspec.structs.replace(test, name=name, title="", passed=0, judged=0, runs=())
            case Sees.NOTHING:
                pass
