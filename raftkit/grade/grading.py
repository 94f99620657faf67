"""A grading: every submission's runs that are not known yet are made, and the gradebook follows from all of them."""

import platform
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec

import raftkit
from raftkit.grade.asked import asked_for
from raftkit.grade.book import Gradebook, RunGrade, StudentGrade
from raftkit.grade.diary import Diary, Line
from raftkit.grade.evidence import TRACES, Evidence, drop, failure_of, trace_folder
from raftkit.grade.pool import Pool
from raftkit.grade.rubric import GradedTest, Rubric
from raftkit.grade.score import cents, earned, part_grades, test_grade
from raftkit.grade.submissions import Prepared, Submission, prepare
from raftkit.grade.task import Outcome, Task
from raftkit.model import Verdict
from raftkit.plugin.options import run_options
from raftkit.report.record import repeat_command
from raftkit.suite import suites_dir

WORK, SUBMISSION = "work", "submission"
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
        self._isolate = isolation != TRUSTED
        self._evidence = Evidence(rubric, isolate=self._isolate)
        self._prepared: dict[str, Prepared] = {}
        self._tests = {_name(test): test for test in rubric.tests}
        self._left: dict[str, int] = {}
        self._diary: Diary

    def open(self, *, resume: bool, again: bool = False) -> None:
        """Begin in the folder, or go on there; lay out all submissions.

        Args:
            resume: Whether to go on.
            again: Whether what could not be judged is run again.

        Raises:
            GradeError: There is a grading already, or none, or another one.
            OSError: The host has no room for it.
        """
        asked_for(self.rubric, isolate=self._isolate).open(self.folder, resume=resume)
        self._diary = Diary(self.folder, again=again)
        for submission in self._submissions:
            work = self._work(submission.key)
            self._prepared[submission.key] = prepared = prepare(submission, work / SUBMISSION)
            if not self._diary.knows(submission.key, prepared.digest):
                drop(work / TRACES)  # of what was handed in before
        for key, prepared in self._prepared.items():
            self._left[key] = sum(1 for _ in self._missing(prepared))
        self.before = self.done = self.total - sum(self._left.values())

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
                folder = trace_folder(self._work(key), test, seed)
                yield msgspec.structs.replace(task, test=test.test, seed=seed, folder=str(folder))

    def _missing(self, prepared: Prepared) -> Iterator[tuple[GradedTest, int]]:
        key, digest = prepared.submission.key, prepared.digest
        for test in self.rubric.tests:
            for seed in test.seeds:
                if self._refusal(prepared) or prepared.unreadable:
                    return
                if self._diary.find(key, digest, _name(test), seed) is None:
                    yield test, seed

    def _refusal(self, prepared: Prepared) -> str:
        look = self._diary.find(prepared.submission.key, prepared.digest)
        return prepared.refused or (look.refused if look else "")

    def _task(self, prepared: Prepared) -> Task:
        return Task(
            student=prepared.submission.key,
            implementation=str(prepared.folder / prepared.implementation),
            limits=self.rubric.limits,
            isolate=self._isolate,
            apart=self.rubric.apart,
        )

    # --- what came of it ---

    def _settle(self, outcome: Outcome, on_student: Callable[[StudentGrade], None]) -> None:
        task, result = outcome.task, outcome.result
        prepared, left = self._prepared[task.student], self._left[task.student]
        if task.test is None or result is None:
            self._diary.note(msgspec.structs.replace(outcome, task=self._task(prepared)), prepared.digest, "")
            self._left[task.student] = 0 if outcome.refused else left
        else:
            test = self._tests[_name_of(task.test.suite, task.test.id)]
            if result.verdict is not Verdict.PASSED:
                settle = self._evidence.set_aside if outcome.unjudged else self._evidence.keep
                settle(self._work(task.student), test, prepared, result)
            self._diary.note(outcome, prepared.digest, _name(test))
            self._left[task.student] = max(0, left - 1)
        self.done += left - self._left[task.student]
        if left and not self._left[task.student]:
            on_student(self.student(task.student))

    def _work(self, key: str) -> Path:
        return self.folder / WORK / key

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
        prepared = self._prepared[key]
        refused = self._refusal(prepared)
        every = [() if refused else tuple(self._grades_of(prepared, test)) for test in self.rubric.tests]
        points = [
            test.points * 0 if refused else earned(test, runs)
            for test, runs in zip(self.rubric.tests, every, strict=True)
        ]
        parts = part_grades(self.rubric, points)
        known = [part.points for part in parts if part.points is not None]
        return StudentGrade(
            student=prepared.submission.student,
            key=key,
            points=round(sum(known), 2) if len(known) == len(parts) else None,
            max_points=cents(self.rubric.max_points),
            parts=parts,
            tests=tuple(
                test_grade(test, worth, runs)
                for test, worth, runs in zip(self.rubric.tests, points, every, strict=True)
            ),
            implementation=prepared.implementation,
            refused=refused.replace(f"{prepared.folder}/", ""),
            unreadable=prepared.unreadable,
            notes=prepared.notes,
            digest=prepared.digest,
        )

    def _grades_of(self, prepared: Prepared, test: GradedTest) -> Iterator[RunGrade]:
        find = partial(self._diary.find, prepared.submission.key, prepared.digest, _name(test))
        for seed in test.seeds:
            if (line := find(seed)) is not None:
                yield self._run_grade(prepared, test, line)

    def _run_grade(self, prepared: Prepared, test: GradedTest, line: Line) -> RunGrade:
        folder = trace_folder(self._work(prepared.submission.key), test, line.seed)
        failure = None if line.verdict is Verdict.PASSED or line.unjudged else failure_of(folder)
        return RunGrade(
            seed=line.seed,
            verdict=line.verdict,
            unjudged=line.unjudged,
            broke=line.broke,
            repeat="" if line.verdict is Verdict.PASSED else self._repeat(prepared, test, line.seed),
            failure=failure,
            trace=str(folder.relative_to(self.folder)) if failure else "",
            lab_seconds=line.lab_seconds,
            cpu_seconds=line.cpu_seconds,
            tries=line.tries,
        )

    def _repeat(self, prepared: Prepared, test: GradedTest, seed: int) -> str:
        """The command for a student, who has the submission and perhaps the suite, and no reason to lock it in."""
        options = run_options(self.rubric.limits, isolate=False, apart=self.rubric.apart)
        return repeat_command([command(test)], prepared.implementation, seed, options)


def command(test: GradedTest) -> str:
    """A test's name for somebody who has the suite's file, wherever that is."""
    suite = Path(test.test.suite)
    if "::" not in test.test.command:
        return test.test.id
    if suite.is_relative_to(suites_dir()):
        return f"{suite.relative_to(suites_dir()).with_suffix('')}::{test.test.id}"
    return f"{suite.name}::{test.test.id}"


def _name(test: GradedTest) -> str:
    return _name_of(test.test.suite, test.test.id)


def _name_of(suite: str, test: str) -> str:
    return f"{suite}::{test}"
