"""What a grading was asked for, as far as its runs follow from it: by this a later session knows whether it may go on.

Points, thresholds and seeds may change between two sessions, and students may come and hand in anew: what was
run is kept where it still says what it said.
"""

import hashlib
import platform
from pathlib import Path

import msgspec

import raftkit
from raftkit.errors import RaftkitError
from raftkit.grade.rubric import Rubric
from raftkit.report.failure import near
from raftkit.report.json_report import JsonFile
from raftkit.runner.recipe import text_digest

ASKED_FILE = "asked.json"


class GradeError(RaftkitError):
    """A grading cannot begin, or go on; the text says what to do."""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What every run of a grading has in common.

    Attributes:
        raftkit: Version.
        python: Version, without the last number.
        limits: SHA-256 of what a run may use, and of how submissions are locked in.
        suites: SHA-256 of each suite's text, by the suite's path.
    """

    raftkit: str
    python: str
    limits: str
    suites: dict[str, str]

    def open(self, folder: Path, *, resume: bool) -> None:
        """Begin a grading in this folder, or go on with the one that is there.

        Raises:
            GradeError: There is one already, or none; its runs were other ones; or it cannot be written.
        """
        file = folder / ASKED_FILE
        if not resume:
            if file.exists():
                raise GradeError(
                    f"{near(str(folder))} holds a grading already\n  try: --resume, or another folder"
                )
        else:
            self._compare(_read(file), folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            JsonFile(file).write_value(msgspec.to_builtins(self))
        except OSError as error:
            raise GradeError(
                f"{near(str(folder))} cannot be written: {error.strerror}\n  try: --out with another folder"
            ) from None

    def _compare(self, before: "Asked", folder: Path) -> None:
        changed = [
            name
            for name, was, now in (
                ("raftkit's version", before.raftkit, self.raftkit),
                ("Python's version", before.python, self.python),
                ("a limit, apart, or --trust", before.limits, self.limits),
                *((near(path), before.suites.get(path, now), now) for path, now in self.suites.items()),
            )
            if was != now
        ]
        if changed:
            raise GradeError(
                f"{near(str(folder))} cannot go on, for its runs were other ones: {', '.join(changed)} changed\n"
                "  try: grade anew, into another folder"
            )


def asked_for(rubric: Rubric, *, isolate: bool) -> Asked:
    """Say what the runs of a rubric follow from."""
    limits = msgspec.json.encode((rubric.limits, rubric.apart, isolate))
    return Asked(
        raftkit=raftkit.__version__,
        python=".".join(platform.python_version_tuple()[:2]),
        limits=hashlib.sha256(limits).hexdigest(),
        suites={test.test.suite: text_digest(Path(test.test.suite)) for test in rubric.tests},
    )


def _read(file: Path) -> Asked:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Asked)
    except OSError:
        raise GradeError(
            f"{near(str(file.parent))} holds no grading to go on with\n  try: without --resume"
        ) from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise GradeError(f"{near(str(file))} is damaged: {error}") from None
