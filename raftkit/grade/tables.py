"""The points as tables: for people, and for the course's system to import.

A grade that is not known is an empty cell, never a zero: an import leaves what is there as it is.
"""

import csv
import io
from collections.abc import Iterator, Sequence

from raftkit.grade.book import Gradebook, StudentGrade
from raftkit.report.clean import clean

Row = Sequence[str]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would compute."""


def grades_table(book: Gradebook) -> str:
    """``grades.csv``: the student, points, what could be earned, the parts, and tests that could not be judged."""
    head = ["student", "points", "max_points", *book.parts, "inconclusive"]
    rows = (
        [
            grade.student,
            number(grade.points),
            number(grade.max_points),
            *(number(part.points) for part in grade.parts),
            str(grade.inconclusive),
        ]
        for grade in book.students
    )
    return _table([head, *rows])


def canvas_table(book: Gradebook) -> str:
    """``canvas.csv``, as Canvas imports grades: students by their login, points possible in the second row."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", book.title]
    possible = ["Points Possible", "", "", "", "", number(book.max_points)]
    rows = ([grade.student, "", "", grade.student, "", number(grade.points)] for grade in book.students)
    return _table([head, possible, *rows])


def moodle_table(book: Gradebook) -> str:
    """``moodle.csv``, as Moodle imports grades: the user name, points and feedback."""
    head = ["username", book.title, "feedback"]
    rows = ([grade.student, number(grade.points), _feedback(grade)] for grade in book.students)
    return _table([head, *rows])


def _feedback(grade: StudentGrade) -> str:
    if grade.refused:
        return grade.refused.splitlines()[0]
    parts = (
        f"{part.name}: {number(part.points) or '?'} of {number(part.max_points)}" for part in grade.parts
    )
    open_tests = f"; {grade.inconclusive} tests could not be judged yet" if grade.inconclusive else ""
    return ", ".join(parts) + open_tests


def number(points: float | None) -> str:
    """Points as they are written: ``20``, ``7.5``, ``6.67``; nothing when they are not known."""
    return "" if points is None else f"{points:.2f}".rstrip("0").rstrip(".")


def _table(rows: Sequence[Row]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(_safe(row) for row in rows)
    return text.getvalue()


def _safe(row: Row) -> Iterator[str]:
    for cell in row:
        text = clean(cell)
        yield f"'{text}" if text.startswith(_FORMULA) else text
