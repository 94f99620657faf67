"""A grading on behalf of the command line: what is said while it goes on, and the exit code."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from raftkit.cli._exits import Exit
from raftkit.cli._session import cores, signals_interrupt
from raftkit.farm import FarmError
from raftkit.grade.asked import GradeError
from raftkit.grade.book import Gradebook, StudentGrade
from raftkit.grade.files import write_class, write_student
from raftkit.grade.grading import TRUSTED, Grading
from raftkit.grade.pool import LocalPool, Pool
from raftkit.grade.rubric import Rubric
from raftkit.grade.rubric_file import load_rubric
from raftkit.grade.submissions import Submission, find_submissions
from raftkit.grade.summary import last_lines, student_line
from raftkit.report.clean import clean, clean_lines
from raftkit.report.failure import near
from raftkit.report.screen import Screen, open_screen

WRITE_SECONDS = 5.0
"""How often the class's files are written while it goes on; the journal has all of it at any time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GradeOptions:
    """What the user asked for, understood."""

    submissions: Path
    rubric: Path
    out: Path
    jobs: int | None
    dask: str
    resume: bool
    again: bool
    trust: bool
    quiet: bool


def run_grade(options: GradeOptions) -> int:
    """Grade, and return the exit code.

    Raises:
        RaftkitError: It cannot begin: a rubric that is refused, a host that locks nothing in.
        OSError: Results cannot be written.
    """
    rubric = load_rubric(options.rubric)
    out = options.out.resolve()
    submissions = _submissions(options, out)
    isolation, warning = (TRUSTED, "") if options.trust else _isolation()
    screen = open_screen()
    if not submissions:
        screen.line(f"there is no submission in {clean(near(str(options.submissions)))}")
        return Exit.NOTHING
    grading = Grading(rubric, submissions, out, isolation=isolation)
    with signals_interrupt():
        try:
            pool, jobs = _open_pool(options, rubric, isolation)
            with closing(pool):
                grading.open(resume=options.resume, again=options.again)
                session = _Session(grading, screen, quiet=options.quiet)
                session.begin(jobs, warning, resume=options.resume)
                return session.run(pool)
        except KeyboardInterrupt:
            return Exit.INTERRUPTED


def _open_pool(options: GradeOptions, rubric: Rubric, isolation: str) -> tuple[Pool, int]:
    """Who makes the runs, and how many at a time.

    Raises:
        FarmError: There is no such cluster, or it cannot take part.
    """
    if not options.dask:
        jobs = options.jobs or cores()
        return LocalPool(jobs), jobs
    from raftkit.farm.farm import Farm  # Dask: only who wants it pays for it
    from raftkit.grade.farmpool import FarmPool

    farm = Farm(options.dask)
    return FarmPool(farm, {test.test.suite: None for test in rubric.tests}, isolation), farm.jobs


def _submissions(options: GradeOptions, out: Path) -> list[Submission]:
    if options.submissions.resolve().is_relative_to(out):
        raise GradeError(
            f"{near(str(options.out))} holds the submissions: results would lie among them\n"
            "  try: --out with a folder of its own, such as grades"
        )
    try:
        return find_submissions(options.submissions, (options.rubric, out))
    except OSError as error:
        raise GradeError(
            f"{near(str(options.submissions))} cannot be read: {error.strerror}\n"
            "  try: a folder in which each student has a folder, a file, a zip or a tar"
        ) from None


def _isolation() -> tuple[str, str]:
    """How submissions are locked in here, and what must be said about it.

    Raises:
        GradeError: They are not.
    """
    from raftkit.worlds.process import Level, isolation_here

    found = isolation_here()
    if found.level in (Level.SEALED, Level.FILTERED):
        return found.level.value, found.warning
    raise GradeError(
        f"this machine cannot lock submissions in: {'; '.join(found.reasons) or found.level}\n"
        "  try: Linux, or a container that allows seccomp; raftkit doctor says what is missing\n"
        "       --trust, if you would run every submission by hand as well"
    )


class _Session:
    """What is said and written while a grading goes on."""

    def __init__(self, grading: Grading, screen: Screen, *, quiet: bool) -> None:
        self._grading = grading
        self._screen = screen
        self._quiet = quiet
        self._began = time.monotonic()
        self._next_write = 0.0

    def begin(self, jobs: int, warning: str, *, resume: bool) -> None:
        """Say what is going to happen."""
        grading = self._grading
        if warning:
            self._screen.line(f"warning: {clean(warning)}", "yellow")
        if self._quiet:
            return
        known = f", {grading.before:,} known already" if resume else ""
        self._screen.line(
            f"raftkit: {clean(grading.rubric.title)}   {grading.students} submissions, {grading.total:,} runs{known},"
            f" {jobs} at a time",
            "bold",
        )

    def run(self, pool: Pool) -> int:
        """Have the runs made; whatever ends them, write what is known."""
        code = Exit.PASSED
        self._screen.live(self._progress)
        try:
            self._grading.run(pool, self._student)
        except KeyboardInterrupt:
            code = Exit.INTERRUPTED
        except FarmError as error:
            self._screen.line(f"error: {clean_lines(str(error))}\n--resume goes on", "bold yellow")
            code = Exit.FAULT
        except OSError:
            self._screen.line("results cannot be written; once they can, --resume goes on", "bold yellow")
            raise
        finally:
            pool.close()
            self._screen.close()
            book = self._grading.gradebook()
            self._write(book)
        return self._end(book, code)

    def _student(self, grade: StudentGrade) -> None:
        write_student(grade, self._grading.rubric.title, self._grading.folder)
        if not self._quiet:
            text, style = student_line(grade)
            self._screen.line(text, style)
        if time.monotonic() >= self._next_write:
            self._write(self._grading.gradebook())

    def _write(self, book: Gradebook) -> None:
        write_class(book, self._grading.folder)
        self._next_write = time.monotonic() + WRITE_SECONDS

    def _progress(self) -> str:
        done, total = self._grading.done, self._grading.total
        seconds, made = time.monotonic() - self._began, done - self._grading.before
        left = f", {(total - done) * seconds / made / 60:.0f} min left" if made > 0 else ""
        return f"{done:,} of {total:,} runs{left}"

    def _end(self, book: Gradebook, code: Exit) -> Exit:
        folder = near(str(self._grading.folder))
        for text, style in last_lines(book, folder, time.monotonic() - self._began):
            self._screen.line(text, style)
        if code is Exit.PASSED and any(grade.points is None for grade in book.students):
            return Exit.FAULT
        return Exit.INTERRUPTED if self._screen.is_broken else code
