"""Who handed in what: each entry of a folder is one student's."""

import hashlib
import os
import re
import shutil
import unicodedata
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from raftkit.grade.archive import ARCHIVES, SubmissionError
from raftkit.grade.search import implementation_in
from raftkit.grade.unpack import JUNK, unpack
from raftkit.report.clean import clean

LONGEST_KEY = 60
ENDINGS = (*sorted(ARCHIVES, key=len, reverse=True), ".py")
MOST_NOTED = 5


@dataclass(frozen=True, slots=True)
class Submission:
    """One student's.

    Attributes:
        student: Its name without an ending; with it where two would be called the same.
        key: The same as a folder's name: letters, digits, ``.``, ``-`` and ``_``.
        path: What was handed in.
    """

    student: str
    key: str
    path: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A submission laid out, and looked at.

    Attributes:
        submission: Whose.
        folder: Where it lies now.
        implementation: The path of its implementation there; empty when there is none.
        refused: Why it cannot be run.
        unreadable: Why the host cannot look at it.
        notes: What the grader should know.
        digest: SHA-256 of what was handed in.
    """

    submission: Submission
    folder: Path
    implementation: str = ""
    refused: str = ""
    unreadable: str = ""
    notes: tuple[str, ...] = ()
    digest: str = ""

    @property
    def is_go(self) -> bool:
        """Whether it is a Go lab."""
        return self.implementation.endswith(".go")


def find_submissions(folder: Path, others: Collection[Path] = ()) -> list[Submission]:
    """Find all of a folder, by their names; ``others`` lie there too and are none.

    Raises:
        OSError: It cannot be read.
    """
    left_out = {path.resolve() for path in others}
    paths = [
        path
        for path in sorted(folder.iterdir(), key=lambda path: os.fsencode(path.name))
        if not path.name.startswith(".") and path.name not in JUNK and path.resolve() not in left_out
    ]
    alike = Counter(_fold(_without_ending(path)) for path in paths)
    names = [
        _without_ending(path) if alike[_fold(_without_ending(path))] == 1 else path.name for path in paths
    ]
    return [Submission(_text(name), _key(name), path) for name, path in zip(names, paths, strict=True)]


def _without_ending(path: Path) -> str:
    if path.is_dir():
        return path.name
    lowered = path.name.lower()
    ending = next((ending for ending in ENDINGS if lowered.endswith(ending)), "")
    return path.name[: len(path.name) - len(ending)] or path.name


def _fold(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _text(name: str) -> str:
    """A file's name as text: what is no Unicode, or commands a terminal, is replaced or gone."""
    return clean(os.fsencode(name).decode("utf-8", "replace")) or "(no name)"


def _key(name: str) -> str:
    """The name itself where it is harmless, else what is left of it and a digest of all."""
    if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name, re.ASCII) and len(name) <= LONGEST_KEY:
        return name
    plain = unicodedata.normalize("NFKD", _text(name)).encode("ascii", "ignore").decode()
    left = re.sub(r"[^A-Za-z0-9]+", "-", plain).strip("-")[: LONGEST_KEY - 9]
    return f"{left}-{hashlib.sha256(os.fsencode(name)).hexdigest()[:8]}".lstrip("-")


def prepare(submission: Submission, folder: Path) -> Prepared:
    """Lay a submission out anew, and find its implementation.

    Raises:
        OSError: The host cannot write it.
    """
    shutil.rmtree(folder, ignore_errors=True)
    try:
        unpacked = unpack(submission.path, folder)
        links = unpacked.links
        notes = (f"links were left out: {', '.join(links[:MOST_NOTED])}",) if links else ()
        digest = unpacked.digest
    except SubmissionError as error:
        return Prepared(submission=submission, folder=folder, refused=str(error))
    except PermissionError as error:
        return Prepared(
            submission=submission, folder=folder, unreadable=f"it cannot be read: {error.strerror}"
        )
    try:
        found = implementation_in(unpacked.files)
    except SubmissionError as error:
        return Prepared(submission=submission, folder=folder, refused=str(error), notes=notes, digest=digest)
    return Prepared(submission=submission, folder=folder, implementation=found, notes=notes, digest=digest)
