"""A grading on the console: a line a student, and what the class as a whole comes to."""

import statistics
from collections import Counter
from collections.abc import Iterator

from raftkit.grade.book import Gradebook, StudentGrade, TestGrade
from raftkit.grade.tables import number
from raftkit.report.clean import clean

MOST_FAILING = 8
NAME_WIDTH = 24

Line = tuple[str, str]
"""A text and its style."""


def student_line(grade: StudentGrade) -> Line:
    """One student, in a line: points, parts, and what broke most or why nothing was run."""
    points = f"{number(grade.points) or '?':>6} of {number(grade.max_points)}"
    parts = "  ".join(f"{clean(part.name)} {number(part.points) or '?':<5}" for part in grade.parts)
    style = "yellow" if grade.points is None else "green" if grade.points == grade.max_points else ""
    return f"{clean(grade.student):<{NAME_WIDTH}}{points}   {parts} {_remark(grade)}".rstrip(), style


def _remark(grade: StudentGrade) -> str:
    if grade.refused or grade.unreadable:
        return clean((grade.refused or grade.unreadable).splitlines()[0])
    kinds = Counter(kind for test in grade.tests for kind in _kinds(test))
    told = [f"{count} × {kind}" for kind, count in kinds.most_common(2)]
    told += [f"{grade.inconclusive} tests inconclusive"] if grade.inconclusive else []
    return ", ".join(told)


def _kinds(test: TestGrade) -> list[str]:
    failed = [run for run in test.runs if not run.has_passed and not run.unjudged]
    return [clean(run.broke.kind) if run.broke else run.verdict.value for run in failed]


def last_lines(book: Gradebook, folder: str, seconds: float) -> Iterator[Line]:
    """The class: which tests fail most, how points are spread, what is open, where everything is."""
    yield from _failing(book)
    known = [grade.points for grade in book.students if grade.points is not None]
    if known:
        spread = (
            f"median {number(statistics.median(known))}, from {number(min(known))} to {number(max(known))}"
        )
        yield f"{len(known)} graded: {spread}, of {number(book.max_points)}", "bold"
    yield from _open(book)
    yield from _doubtful(book)
    took = f"{seconds // 60:.0f} min {seconds % 60:.0f} s" if seconds >= 60 else f"{seconds:.0f} s"
    yield f"results are in {clean(folder)}: grades.csv, grades.json, a folder a student   {took}", ""
    if not book.is_complete:
        yield "not all runs were made: the same command with --resume goes on", "bold yellow"


def _failing(book: Gradebook) -> Iterator[Line]:
    failing: Counter[str] = Counter()
    reasons: dict[str, Counter[str]] = {}
    for grade in book.students:
        for test in grade.tests:
            if kinds := _kinds(test):
                failing[test.name] += 1
                reasons.setdefault(test.name, Counter()).update(set(kinds))
    if failing:
        yield "tests that fail for most students:", ""
    for name, count in failing.most_common(MOST_FAILING):
        told = ", ".join(f"{kind} {students}" for kind, students in reasons[name].most_common(3))
        yield f"{count:6}  {clean(name):<34} {told}", ""


def _open(book: Gradebook) -> Iterator[Line]:
    unknown = [grade for grade in book.students if grade.points is None]
    if unknown and book.is_complete:
        yield (
            f"{len(unknown)} inconclusive, and charged nothing; --resume --again runs what was not judged once more:",
            "bold yellow",
        )
        for grade in unknown:
            yield f"    {clean(grade.student)}: {_why(grade)}", "yellow"


def _doubtful(book: Gradebook) -> Iterator[Line]:
    graded = [grade for grade in book.students if grade.points is not None and grade.doubtful]
    if graded:
        yield f"{len(graded)} graded, with runs to look at:", "yellow"
        for grade in graded:
            yield f"    {clean(grade.student)}: {_why(grade)}", ""


def _why(grade: StudentGrade) -> str:
    if grade.unreadable:
        return clean(grade.unreadable)
    reasons = Counter(clean(run.doubt) for test in grade.tests for run in test.runs if run.doubt)
    told = "; ".join(f"{count} × {reason}" for reason, count in reasons.most_common(2))
    return told or "runs are missing"
