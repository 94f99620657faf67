"""Grading one submission where a platform waits for it: against a deadline, its results on disk from the first moment.

A platform that ends a grading which takes too long reads none of its results. So this one ends by itself before
that, and what was not run is open: it says so, and the points that were earned stand.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from raftkit.grade.book import StudentGrade
from raftkit.grade.gradescope import gradescope_results
from raftkit.grade.grading import Grading
from raftkit.grade.rubric import Rubric
from raftkit.grade.submissions import Submission
from raftkit.grade.task import Outcome, Task
from raftkit.grade.worker import Worker
from raftkit.report.json_report import JsonFile
from raftkit.runner.parent import Stopped

KEY = "submission"
TIME_IS_UP = (
    "The time was up when {done} of {total} runs had been made. Tests that were not finished are open: they were not\n"
    "judged, and nothing was charged for them; the score has what was earned before. Hand in again, or ask your course."
)


class PoolUntil:
    """Makes runs one after another, until the time is up; a :class:`~raftkit.grade.pool.Pool`.

    Args:
        is_over: Whether the time is up; asked ten times a second. A run under way is given up then.
        after_each: Called when a run has been settled.
    """

    def __init__(self, is_over: Callable[[], bool], after_each: Callable[[], None]) -> None:
        self._is_over = is_over
        self._after_each = after_each
        self._worker = Worker(is_over)

    def outcomes(self, tasks: Iterable[Task]) -> Iterator[Outcome]:
        """Yield what came of each task that there was time for."""
        for task in tasks:
            if self._is_over():
                return
            try:
                outcome = self._worker.make(task)
            except Stopped:
                return
            yield outcome
            self._after_each()

    def close(self) -> None:
        """End the runner child."""
        self._worker.close()


def grade_one(
    rubric: Rubric,
    submission: Path,
    results: Path,
    folder: Path,
    *,
    isolation: str,
    is_over: Callable[[], bool],
) -> StudentGrade:
    """Grade a submission, and keep ``results`` up to date as each run ends, in Gradescope's format.

    Args:
        rubric: What is run, and what it is worth.
        submission: What was handed in: a folder.
        results: The file that is written.
        folder: Where the grading leaves its own files; it holds none yet.
        isolation: How the submission is locked in.
        is_over: Whether the time is up; then it ends, whatever is left.

    Raises:
        OSError: Results cannot be written.
    """
    grading = Grading(rubric, [Submission(KEY, KEY, submission)], folder, isolation=isolation)
    grading.open(resume=False)
    results.parent.mkdir(parents=True, exist_ok=True)

    def write() -> None:
        JsonFile(results).write_value(results_so_far(grading.student(KEY), grading.done, grading.total))

    write()
    pool = PoolUntil(is_over, write)
    try:
        grading.run(pool, lambda _: None)
    finally:
        pool.close()
        write()
    return grading.student(KEY)


def results_so_far(grade: StudentGrade, done: int, total: int) -> dict[str, Any]:
    """Return ``results.json`` with the points that are sure, where the sum is not known."""
    results = gradescope_results(grade)
    if grade.points is not None:
        return results
    if done < total:
        results["output"] = TIME_IS_UP.format(done=done, total=total)
    return {"score": round(sum(test.points or 0 for test in grade.tests), 2), **results}
