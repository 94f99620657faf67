"""Grading a class: submissions in, a rubric's points out, and what is needed for an appeal.

A grading is a folder: what was asked for, a journal with a line for each run that ended, and the
gradebook that is made from it. The grade of a student follows from the rubric and the submission
alone, neither from other students nor from how many processes were used. What says nothing about a
submission, because the host was starved or broken, is told to the grader and costs nobody a point.

The room knows nothing of terminals' commands, and runs submissions through :mod:`raftkit.runner` only.
"""

from raftkit.grade.asked import GradeError
from raftkit.grade.book import (
    Gradebook,
    PartGrade,
    RunGrade,
    Sees,
    StudentGrade,
    TestGrade,
    read_gradebook,
)
from raftkit.grade.seen import seen_by_student

__all__ = [
    "GradeError",
    "Gradebook",
    "PartGrade",
    "RunGrade",
    "Sees",
    "StudentGrade",
    "TestGrade",
    "read_gradebook",
    "seen_by_student",
]
