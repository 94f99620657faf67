"""The page of one student: what passed, what broke and why, how to see it again, and what it earned."""

from pathlib import Path
from typing import Any

import msgspec

from raftkit.errors import RaftkitError
from raftkit.grade.book import StudentGrade
from raftkit.grade.pages._problems import Case, Problem, failing, problems
from raftkit.grade.pages._templates import write_page
from raftkit.grade.seen import seen_by_student
from raftkit.report.html import write_report
from raftkit.runner.past_runs import TRACE_FILE

STUDENT_PAGE = "report.html"
TIMELINE = "timeline.html"


def write_student_page(grade: StudentGrade, title: str, folder: Path) -> None:
    """Write ``students/KEY/report.html`` below a grading's folder, and the timeline of one failure beside it.

    Args:
        grade: The student, with all that is known: what the rubric hides is left out here.
        title: The rubric's.
        folder: The grading's.

    Raises:
        OSError: It cannot be written.
    """
    seen = seen_by_student(grade)
    page = folder / "students" / seen.key / STUDENT_PAGE
    page.parent.mkdir(parents=True, exist_ok=True)
    found = problems(failing([seen]))
    write_page(
        page,
        "student.html",
        title=title,
        grade=seen,
        parts=[(part, [test for test in seen.tests if test.part == part.name]) for part in seen.parts],
        problems=[(problem, _is_told_before(found[:place], problem)) for place, problem in enumerate(found)],
        drawn=_draw(found, folder, page.with_name(TIMELINE)),
        timeline=TIMELINE,
        sure_points=sum(test.points or 0 for test in seen.tests),
    )


def _is_told_before(before: list[Problem], problem: Problem) -> bool:
    """Whether another problem of its kind stands above it: then it is folded."""
    return any(other.told.broke.kind == problem.told.broke.kind for other in before)


def _draw(found: list[Problem], folder: Path, out: Path) -> Problem | None:
    """Draw the first failure whose trace can be shown; return what broke in it."""
    for problem in found:
        case = problem.told
        if case.run.trace:
            try:
                write_report(folder / case.run.trace / TRACE_FILE, _result(case), out)
            except RaftkitError:
                continue  # no trace, or one that was cut off at once: the page has the words in any case
            return problem
    out.unlink(missing_ok=True)
    return None


def _result(case: Case) -> dict[str, Any]:
    """What the timeline tells of a run beside its trace."""
    test, run = case.test, case.run
    return {
        "id": test.name,
        "part": test.part,
        "title": test.title,
        "verdict": run.verdict.value,
        "reason": case.broke.summary,
        "seed": run.seed,
        "repeat": run.repeat,
        "failure": msgspec.to_builtins(run.failure),
    }
