"""A test's grade in words, for the student: how many runs passed, and one failure with how to repeat it."""

from raftkit.grade.book import RunGrade, StudentGrade, TestGrade
from raftkit.model import Result
from raftkit.report.clean import clean_lines
from raftkit.report.failure import failure_text
from raftkit.report.record import Record

LONGEST = 4000
"""Characters of a text that goes into a form."""


def told(test: TestGrade) -> str:
    """Return some lines; nothing where the student may not see how runs ended."""
    lines = []
    if test.judged:
        lines.append(f"{test.passed} of {test.judged} runs passed; points for: {test.points_for}")
    if test.points is None:
        lines.append("it could not be judged, and costs no points before that")
    elif test.unjudged:
        lines.append(f"{test.unjudged} more could not be judged, and do not count")
    if failed := test.first_failure:
        lines.append(failure(test, failed))
    return "\n".join(lines)


def failure(test: TestGrade, run: RunGrade) -> str:
    """What broke in a run, and how to repeat it."""
    if run.failure is None:
        reason = clean_lines(run.broke.summary) if run.broke else run.verdict.value
        return f"seed {run.seed}: {reason}\n  repeat     {run.repeat}"
    record = Record(result=_result(test, run), repeat=run.repeat)
    text = failure_text(record)
    return text if len(text) <= LONGEST else text[:LONGEST] + "\n…"


def refusal(grade: StudentGrade) -> str:
    """Why nothing of a submission was run."""
    return clean_lines(grade.refused)[:LONGEST]


def _result(test: TestGrade, run: RunGrade) -> Result:
    return Result(
        id=test.name,
        part=test.part,
        title=test.title,
        verdict=run.verdict,
        seed=run.seed,
        failure=run.failure,
    )
