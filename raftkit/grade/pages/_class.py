"""The page of the class, for the staff: who needs a look, how points are spread, which tests fail and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean, median

from raftkit.grade.book import Gradebook, StudentGrade, TestGrade
from raftkit.grade.pages._problems import Case, Problem, failing, problems
from raftkit.grade.pages._templates import write_page
from raftkit.grade.pages._words import points

CLASS_PAGE = "index.html"
BINS = 10
TALLEST = 160
"""Height of the highest bar, in the picture's units."""
MOST_REASONS = 8
MOST_NAMED = 5
"""Students who are named beside a reason; the table has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """How many students have so many points."""

    least: float
    students: int
    height: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassTest:
    """One test, over the class.

    Attributes:
        failed_by: Students who did not earn all of its points.
        judged: Students of whom it is known.
        open: Students of whom it is not.
        pass_rate: Of all runs that were judged, in percent.
        mean_points: Of those of whom it is known; None when there are none.
        problems: What broke, that of most students first.
    """

    name: str
    part: str
    max_points: float
    failed_by: int
    judged: int
    open: int
    pass_rate: int
    mean_points: float | None
    problems: Sequence[Problem]

    @property
    def lost(self) -> float:
        """What it costs a student, on average."""
        return self.max_points - self.mean_points if self.mean_points is not None else 0.0


def write_class_page(book: Gradebook, folder: Path) -> None:
    """Write ``index.html`` into a grading's folder. It is for the staff: it shows what students may not see.

    Raises:
        OSError: It cannot be written.
    """
    known = [student.points for student in book.students if student.points is not None]
    runs = [run for student in book.students for test in student.tests for run in test.runs]
    write_page(
        folder / CLASS_PAGE,
        "class.html",
        book=book,
        doubtful=[student for student in book.students if student.unreadable or student.doubtful],
        refused=[student for student in book.students if student.refused],
        bins=_bins(known, book.max_points),
        summary=_summary(known, book),
        tests=sorted(_tests(book.students), key=lambda test: -test.lost),
        most_reasons=MOST_REASONS,
        most_named=MOST_NAMED,
        runs=len(runs),
        cpu_seconds=sum(run.cpu_seconds for run in runs),
        lab_seconds=sum(run.lab_seconds for run in runs),
    )


def _bins(known: Sequence[float], max_points: float) -> list[Bin]:
    """Ten of one width; the last holds full marks as well."""
    if not known or not max_points:
        return []
    counts = [0] * BINS
    for value in known:
        counts[min(BINS - 1, int(BINS * value / max_points))] += 1
    width = max_points / BINS
    return [
        Bin(
            least=index * width,
            students=count,
            height=round(TALLEST * count / max(counts), 1),
            text=f"{points(index * width)} to {points((index + 1) * width)}: {count}",
        )
        for index, count in enumerate(counts)
    ]


def _summary(known: Sequence[float], book: Gradebook) -> list[tuple[str, str]]:
    if not known:
        return []
    found = [
        ("median", points(median(known))),
        ("mean", points(fmean(known))),
        ("full marks", str(sum(value == book.max_points for value in known))),
        ("no points", str(sum(value == 0 for value in known))),
    ]
    left = len(book.students) - len(known)
    return [*found, ("open", str(left))] if left else found


def _tests(students: Sequence[StudentGrade]) -> list[ClassTest]:
    """Every test, in the rubric's order, by those whose submission was run."""
    grades: dict[tuple[str, str], list[TestGrade]] = {}
    for student in students:
        for test in () if student.refused else student.tests:
            grades.setdefault((test.part, test.name), []).append(test)
    cases: dict[tuple[str, str], list[Case]] = {}
    for case in failing(students):
        cases.setdefault((case.test.part, case.test.name), []).append(case)
    return [_test(grades[key], problems(cases.get(key, ()))) for key in grades]


def _test(grades: Sequence[TestGrade], found: Sequence[Problem]) -> ClassTest:
    known = [grade.points for grade in grades if grade.points is not None]
    judged = sum(grade.judged for grade in grades)
    return ClassTest(
        name=grades[0].name,
        part=grades[0].part,
        max_points=grades[0].max_points,
        failed_by=sum(value < grades[0].max_points for value in known),
        judged=len(known),
        open=len(grades) - len(known),
        pass_rate=round(100 * sum(grade.passed for grade in grades) / judged) if judged else 0,
        mean_points=fmean(known) if known else None,
        problems=sorted(found, key=lambda problem: -len(problem.students)),
    )
