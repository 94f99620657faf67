"""A grading: every submission's runs that are not known yet are made, and the gradebook follows from all of them."""

import platform
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import msgspec

import raftkit
from raftkit.grade.asked import asked_for
from raftkit.grade.book import Gradebook, StudentGrade
from raftkit.grade.diary import Diary, key_of
from raftkit.grade.evidence import TRACES, Evidence, drop, evidence_folder, trace_folder
from raftkit.grade.marks import Marks, refusal
from raftkit.grade.pool import Pool
from raftkit.grade.rubric import GradedTest, Rubric
from raftkit.grade.score import cents
from raftkit.grade.submissions import Prepared, Submission, prepare
from raftkit.grade.task import Outcome, Task
from raftkit.model import Mode, Verdict
from raftkit.worlds.go import find_toolchain

SUBMISSION = "submission"
TRUSTED = "trusted"


class Grading:
    """One class, one rubric, one folder.

    Args:
        rubric: What is run, and what it is worth.
        submissions: Whose.
        folder: Where everything is written.
        isolation: How submissions are locked in: a level of isolation, or ``trusted`` for not at all.
    """

    def __init__(
        self, rubric: Rubric, submissions: list[Submission], folder: Path, *, isolation: str
    ) -> None:
        self.rubric = rubric
        self.folder = folder
        self.total = len(submissions) * rubric.runs
        """Runs that there are, those of refused submissions included."""
        self.done = 0
        """Runs that are settled."""
        self.before = 0
        """Runs that were settled when this session began."""
        self.students = len(submissions)
        self._submissions = submissions
        self._isolation = isolation
        self._mode = Mode(isolate=isolation != TRUSTED, apart=rubric.apart)
        self._evidence = Evidence(rubric.limits, self._mode)
        self._prepared: dict[str, Prepared] = {}
        self._tests = {key_of(test.test): test for test in rubric.tests}
        self._left: dict[str, int] = {}
        self._diary: Diary
        self._marks: Marks

    def open(self, *, resume: bool, again: bool = False) -> None:
        """Begin in the folder, or go on there; lay out all submissions.

        Args:
            resume: Whether to go on.
            again: Whether what could not be judged is run again.

        Raises:
            GradeError: There is a grading already, or none, or another one.
            ContractError: There are Go labs, and no Go to build them.
            OSError: The host has no room for it.
        """
        asked_for(self.rubric, isolate=self._mode.isolate).open(self.folder, resume=resume)
        self._diary = Diary(self.folder, again=again)
        self._marks = Marks(self.rubric, self._diary, self.folder)
        for submission in self._submissions:
            folder = evidence_folder(self.folder, submission.key)
            self._prepared[submission.key] = prepared = self._judgeable(
                prepare(submission, folder / SUBMISSION)
            )
            if not self._diary.knows(submission.key, prepared.digest):
                drop(folder / TRACES)  # of what was handed in before
        for key, prepared in self._prepared.items():
            self._left[key] = sum(1 for _ in self._missing(prepared))
        self.before = self.done = self.total - sum(self._left.values())

    def _judgeable(self, prepared: Prepared) -> Prepared:
        """A submission as far as this grading can judge it."""
        if not prepared.is_go:
            return prepared
        if self._mode.isolate:
            return replace(
                prepared, unreadable="it is a Go lab, which raftkit cannot lock in: --trust runs it"
            )
        find_toolchain()
        return prepared

    def run(self, pool: Pool, on_student: Callable[[StudentGrade], None]) -> None:
        """Make what is missing; ``on_student`` is told each student whose last run has come.

        Raises:
            OSError: Results cannot be written; what is written counts, and a later session goes on.
        """
        for key, left in self._left.items():
            if not left:
                on_student(self.student(key))
        with self._diary.closing():
            for tasks in (self._looks(), self._runs()):
                for outcome in pool.outcomes(tasks):
                    self._settle(outcome, on_student)

    # --- what is missing ---

    def _looks(self) -> Iterator[Task]:
        for key, prepared in self._prepared.items():
            if self._left[key] and self._diary.find(key, prepared.digest) is None:
                yield self._task(prepared)

    def _runs(self) -> Iterator[Task]:
        for key, prepared in self._prepared.items():
            for test, seed in self._missing(prepared):
                task = self._task(prepared)
                folder = trace_folder(evidence_folder(self.folder, key), test, seed)
                yield msgspec.structs.replace(task, test=test.test, seed=seed, folder=str(folder))

    def _missing(self, prepared: Prepared) -> Iterator[tuple[GradedTest, int]]:
        key, digest = prepared.submission.key, prepared.digest
        for test in self.rubric.tests:
            for seed in test.seeds:
                if refusal(prepared, self._diary) or prepared.unreadable:
                    return
                if self._diary.find(key, digest, key_of(test.test), seed) is None:
                    yield test, seed

    def _task(self, prepared: Prepared) -> Task:
        return Task(
            student=prepared.submission.key,
            implementation=str(prepared.folder / prepared.implementation),
            limits=self.rubric.limits,
            mode=self._mode,
        )

    # --- what came of it ---

    def _settle(self, outcome: Outcome, on_student: Callable[[StudentGrade], None]) -> None:
        task, result = outcome.task, outcome.result
        prepared, left = self._prepared[task.student], self._left[task.student]
        if task.test is None or result is None:
            self._diary.note(msgspec.structs.replace(outcome, task=self._task(prepared)), prepared.digest, "")
            self._left[task.student] = 0 if outcome.refused else left
        else:
            test = self._tests[key_of(task.test)]
            if result.verdict is not Verdict.PASSED:
                settle = self._evidence.set_aside if outcome.unjudged else self._evidence.keep
                settle(evidence_folder(self.folder, task.student), test, prepared, result)
            self._diary.note(outcome, prepared.digest, key_of(test.test))
            self._left[task.student] = max(0, left - 1)
        self.done += left - self._left[task.student]
        if left and not self._left[task.student]:
            on_student(self.student(task.student))

    # --- the grades ---

    def gradebook(self) -> Gradebook:
        """The grades, as far as they are known."""
        return Gradebook(
            title=self.rubric.title,
            max_points=cents(self.rubric.max_points),
            parts={name: cents(points) for name, points in self.rubric.parts.items()},
            students=tuple(self.student(key) for key in self._prepared),
            is_complete=not any(self._left.values()),
            isolation=self._isolation,
            rubric_digest=self.rubric.digest,
            raftkit=raftkit.__version__,
            python=platform.python_version(),
        )

    def student(self, key: str) -> StudentGrade:
        """A student's grade, as far as it is known."""
        return self._marks.student(self._prepared[key])
