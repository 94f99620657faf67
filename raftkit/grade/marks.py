"""From what the diary knows of a submission to its grade."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from raftkit.grade.book import RunGrade, StudentGrade
from raftkit.grade.diary import Diary, Line, key_of
from raftkit.grade.evidence import evidence_folder, failure_of, trace_folder
from raftkit.grade.own_paths import own_breakage, own_failure, own_paths
from raftkit.grade.rubric import GradedTest, Rubric
from raftkit.grade.score import cents, earned, part_grades, test_grade
from raftkit.grade.submissions import Prepared
from raftkit.model import Mode, Verdict
from raftkit.plugin.options import run_options
from raftkit.report.record import repeat_command
from raftkit.suite import suites_dir


class Marks:
    """Grades by a rubric what a diary knows; ``folder`` is the grading's."""

    def __init__(self, rubric: Rubric, diary: Diary, folder: Path) -> None:
        self._rubric = rubric
        self._diary = diary
        self._folder = folder

    def student(self, prepared: Prepared) -> StudentGrade:
        """A student's grade, as far as it is known."""
        tests, refused = self._rubric.tests, refusal(prepared, self._diary)
        every = [() if refused else tuple(self._runs(prepared, test)) for test in tests]
        points = [
            test.points * 0 if refused else earned(test, runs)
            for test, runs in zip(tests, every, strict=True)
        ]
        parts = part_grades(self._rubric, points)
        known = [part.points for part in parts if part.points is not None]
        return StudentGrade(
            student=prepared.submission.student,
            key=prepared.submission.key,
            points=round(sum(known), 2) if len(known) == len(parts) else None,
            max_points=cents(self._rubric.max_points),
            parts=parts,
            tests=tuple(test_grade(*one) for one in zip(tests, points, every, strict=True)),
            implementation=prepared.implementation,
            refused=own_paths(refused, prepared.folder),
            unreadable=prepared.unreadable,
            notes=prepared.notes,
            digest=prepared.digest,
        )

    def _runs(self, prepared: Prepared, test: GradedTest) -> Iterator[RunGrade]:
        find = partial(self._diary.find, prepared.submission.key, prepared.digest, key_of(test.test))
        for seed in test.seeds:
            if (line := find(seed)) is not None:
                yield self._run(prepared, test, line)

    def _run(self, prepared: Prepared, test: GradedTest, line: Line) -> RunGrade:
        folder = trace_folder(evidence_folder(self._folder, prepared.submission.key), test, line.seed)
        failure = None if line.verdict is Verdict.PASSED or line.unjudged else failure_of(folder)
        return RunGrade(
            seed=line.seed,
            verdict=line.verdict,
            unjudged=line.unjudged,
            broke=line.broke and own_breakage(line.broke, prepared.folder),
            repeat="" if line.verdict is Verdict.PASSED else self._repeat(prepared, test, line.seed),
            failure=failure and own_failure(failure, prepared.folder),
            trace=str(folder.relative_to(self._folder)) if failure else "",
            lab_seconds=line.lab_seconds,
            cpu_seconds=line.cpu_seconds,
            tries=line.tries,
        )

    def _repeat(self, prepared: Prepared, test: GradedTest, seed: int) -> str:
        """The command for a student, who has the submission and perhaps the suite, and no reason to lock it in."""
        options = run_options(self._rubric.limits, Mode(apart=self._rubric.apart))
        return repeat_command([command(test)], prepared.implementation, seed, options)


def refusal(prepared: Prepared, diary: Diary) -> str:
    """Why a submission cannot be run: by what lies there, or by a look at its code; empty when it can."""
    look = diary.find(prepared.submission.key, prepared.digest)
    return prepared.refused or (look.refused if look else "")


def command(test: GradedTest) -> str:
    """A test's name for somebody who has the suite's file, wherever that is."""
    suite = Path(test.test.suite)
    if "::" not in test.test.command:
        return test.test.id
    if suite.is_relative_to(suites_dir()):
        return f"{suite.relative_to(suites_dir()).with_suffix('')}::{test.test.id}"
    return f"{suite.name}::{test.test.id}"
