"""The gradebook: the one record of a grading, from which every table, page and import file is made.

::

    DIR/grades.json                                     this record
    DIR/grades.csv  canvas.csv  moodle.csv              points, for people and for the course's system
    DIR/students/KEY/junit.xml                          for one student: what the rubric lets it see
    DIR/students/KEY/results.json                       for Gradescope, which hides what is marked as hidden
    DIR/evidence/KEY/submission/                        what that student handed in, as it was run
    DIR/evidence/KEY/traces/TEST-SEED/                  one failure of a test: trace.jsonl and result.json
    DIR/asked.json  journal.jsonl                       by which a grading goes on after a kill

Whatever an implementation or a student has chosen (names, reasons, evidence) is untrusted text here:
who prints it cleans it, who puts it on a page escapes it. What a student may see of it is decided by
:func:`raftkit.grade.seen.seen_by_student` and nowhere else.
"""

from enum import StrEnum
from pathlib import Path

import msgspec

from raftkit.model import Failure, Verdict
from raftkit.report.json_report import JsonFile
from raftkit.stress.breakage import Breakage

BOOK_FILE = "grades.json"
STARVED = "Starved"
"""The kind of an end that only the host can bring about."""
SCHEMA_VERSION = 1


class Sees(StrEnum):
    """What a student sees of a test."""

    ALL = "all"
    VERDICT = "verdict"  # its name, its points and how many runs passed
    POINTS = "points"  # its points alone, under a number instead of its name
    NOTHING = "nothing"  # not even that it exists: its points are in the course's files only


class RunGrade(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One run of one test.

    Attributes:
        seed: By which it repeats.
        verdict: How it ended.
        unjudged: Why this run says nothing about the submission, a sentence; empty when it does.
        broke: What broke, and its ``key``, equal for failures that belong together; None for a pass.
        repeat: The command that runs it again, in the folder that was handed in; empty for a pass.
        failure: The evidence; kept of the first failure of each test, by its seed.
        trace: That run's folder below ``DIR``: ``trace.jsonl``, ``result.json``; empty when none was kept.
        lab_seconds: Virtual time.
        cpu_seconds: Processor time.
        tries: How many times it was run: twice where the host may have been at fault.
    """

    seed: int
    verdict: Verdict
    unjudged: str = ""
    broke: Breakage | None = None
    repeat: str = ""
    failure: Failure | None = None
    trace: str = ""
    lab_seconds: float = 0.0
    cpu_seconds: float = 0.0
    tries: int = 1

    @property
    def has_passed(self) -> bool:
        """Whether it counts as passed."""
        return self.verdict is Verdict.PASSED and not self.unjudged

    @property
    def is_vacuous(self) -> bool:
        """Whether nothing broke, and what the test is about never happened."""
        return self.verdict is Verdict.VACUOUS

    @property
    def is_disputed(self) -> bool:
        """Whether raftkit failed on it: its own fault, or brought about by the submission."""
        starved = self.broke is not None and self.broke.kind == STARVED
        return bool(self.unjudged) and self.verdict is Verdict.ERROR and not starved

    @property
    def doubt(self) -> str:
        """Why somebody should look at this run; empty when its end is plain."""
        return self.unjudged or (self.broke.summary if self.is_vacuous and self.broke else "")


class TestGrade(msgspec.Struct, frozen=True, kw_only=True):
    """One test of one student.

    Attributes:
        name: ``TestFigure82C``; for a student who may not see it, ``hidden test 2``.
        part: The rubric's part.
        title: The test's title; empty where it is hidden.
        points: What it earned; None when too few of its runs could be judged.
        max_points: What it can earn.
        points_for: How runs become points, in words.
        sees: What the student sees of it.
        passed: Runs that passed.
        judged: Runs that count, vacuous ones as not passed.
        runs: All of them, by the rubric's seeds; empty when the submission was refused, or hidden.
    """

    __test__ = False

    name: str
    part: str
    title: str
    points: float | None
    max_points: float
    points_for: str
    sees: Sees
    passed: int
    judged: int
    runs: tuple[RunGrade, ...]

    @property
    def unjudged(self) -> int:
        """Runs that say nothing."""
        return sum(bool(run.unjudged) for run in self.runs)

    @property
    def doubtful(self) -> int:
        """Runs that somebody should look at: not judged, or vacuous."""
        return sum(bool(run.doubt) for run in self.runs)

    @property
    def first_failure(self) -> RunGrade | None:
        """The failing run that is told: the one whose evidence was kept, else the first."""
        failed = [run for run in self.runs if not run.has_passed and not run.unjudged]
        return next((run for run in failed if run.failure), failed[0] if failed else None)


class PartGrade(msgspec.Struct, frozen=True, kw_only=True):
    """One part of one student: ``points`` is None when a test of it could not be judged."""

    name: str
    points: float | None
    max_points: float


class StudentGrade(msgspec.Struct, frozen=True, kw_only=True):
    """One student.

    Attributes:
        student: The submission's name without its ending: whoever handed it in. Untrusted.
        key: The name of the student's folders: letters, digits, ``-`` and ``_``, unlike all others.
        points: The sum of the parts; None when one of them is.
        max_points: What can be earned.
        parts: By the rubric's order.
        tests: By the rubric's order.
        implementation: The implementation's path in what was handed in; empty when none was found.
        refused: Why nothing of it could be run, some lines; empty when it was run. All points are lost.
        unreadable: Why the host could not even look at it; empty when it could. No point is lost.
        notes: What the grader should know: files that were left out.
        digest: SHA-256 of what was handed in.
    """

    student: str
    key: str
    points: float | None
    max_points: float
    parts: tuple[PartGrade, ...]
    tests: tuple[TestGrade, ...]
    implementation: str = ""
    refused: str = ""
    unreadable: str = ""
    notes: tuple[str, ...] = ()
    digest: str = ""

    @property
    def inconclusive(self) -> int:
        """How many of its tests could not be judged, each worth a grader's look."""
        return sum(test.points is None for test in self.tests)

    @property
    def unjudged(self) -> int:
        """How many of its runs say nothing about it."""
        return sum(test.unjudged for test in self.tests)

    @property
    def doubtful(self) -> int:
        """How many of its runs somebody should look at."""
        return sum(test.doubtful for test in self.tests)


class Gradebook(msgspec.Struct, frozen=True, kw_only=True):
    """A class.

    Attributes:
        title: The rubric's.
        max_points: What can be earned.
        parts: The rubric's parts by name, with what each can earn.
        students: By their names.
        is_complete: Whether every run has been made; a grading that was interrupted can go on.
        isolation: How submissions were locked in: ``sealed``, ``filtered``; ``trusted`` when they were not.
        rubric_digest: SHA-256 of the rubric's text.
        raftkit: Version.
        python: Version.
        warnings: What the grader should know about all of it.
        schema_version: Of this record.
    """

    title: str
    max_points: float
    parts: dict[str, float]
    students: tuple[StudentGrade, ...]
    is_complete: bool
    isolation: str
    rubric_digest: str
    raftkit: str
    python: str
    warnings: tuple[str, ...] = ()
    schema_version: int = SCHEMA_VERSION

    def save(self, folder: Path) -> None:
        """Write it, whole.

        Raises:
            OSError: It cannot be written.
        """
        JsonFile(folder / BOOK_FILE).write_value(msgspec.to_builtins(self))


def read_gradebook(folder: Path) -> Gradebook:
    """Read what :meth:`Gradebook.save` wrote.

    Raises:
        OSError: There is none, or it cannot be read.
        msgspec.DecodeError: It is damaged.
    """
    return msgspec.json.decode((folder / BOOK_FILE).read_bytes(), type=Gradebook)
