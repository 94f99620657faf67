"""Lays out a submission in a folder of its own: plain files, within bounds, and nothing outside."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from raftkit.grade.archive import CHUNK_BYTES, MOST_BYTES, Entry, SubmissionError, damage_is_told, entries

MOST_FILES = 2000
MOST_DEPTH = 16
LONGEST_NAME = 200
"""Bytes of one folder's or file's name; file systems take 255."""
JUNK = frozenset({
    "__MACOSX", ".DS_Store", "__pycache__", ".git", ".hg", ".svn", ".venv", "venv", "node_modules", ".idea", ".vscode",
    ".mypy_cache", ".pytest_cache", ".ruff_cache", ".raftkit", "Thumbs.db", "desktop.ini",
})  # fmt: skip
"""What systems, editors and tools leave behind."""


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What was laid out.

    Attributes:
        folder: Where.
        files: The files' paths there, in order.
        links: Links and devices that were left out.
        digest: SHA-256 over names and contents.
    """

    folder: Path
    files: tuple[str, ...]
    links: tuple[str, ...]
    digest: str


def unpack(source: Path, folder: Path) -> Unpacked:
    """Copy a submission's files into a folder that does not exist yet.

    Raises:
        SubmissionError: It is no submission: damaged, too large, or it reaches out of its folder.
        OSError: The host cannot read or write it.
    """
    folder.mkdir(parents=True)
    digests: dict[str, str] = {}
    links: list[str] = []
    with damage_is_told(source):
        _lay_out(source, folder, digests, links)
    lines = "".join(f"{digest} {name}\n" for name, digest in sorted(digests.items()))
    digest = hashlib.sha256(lines.encode()).hexdigest()
    return Unpacked(folder, tuple(sorted(digests)), tuple(sorted(links)), digest)


def _lay_out(source: Path, folder: Path, digests: dict[str, str], links: list[str]) -> None:
    left = MOST_BYTES
    for entry in entries(source):
        parts = _parts(entry.name)
        if not parts or any(part in JUNK or part.startswith("._") for part in parts):
            continue
        name = "/".join(parts)
        if entry.is_link:
            links.append(name)
        elif name in digests:
            raise SubmissionError(f"two files are called {name}")
        else:
            size, digests[name] = _write(entry, folder.joinpath(*parts), left)
            left -= size
        if len(digests) + len(links) > MOST_FILES:
            raise SubmissionError(f"it has more than {MOST_FILES} files")


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a path that stays where it is put."""
    if not name.isprintable():
        raise SubmissionError(f"a file's name has control characters or is no Unicode: {ascii(name)[:100]}")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts:
        raise SubmissionError(f"a file would lie outside of its folder: {name[:100]}")
    if len(path.parts) > MOST_DEPTH:
        raise SubmissionError(f"folders are nested more than {MOST_DEPTH} deep")
    if any(len(part.encode()) > LONGEST_NAME for part in path.parts):
        raise SubmissionError(f"a file's name is longer than {LONGEST_NAME} bytes: {name[:60]}…")
    return path.parts


def _write(entry: Entry, path: Path, left: int) -> tuple[int, str]:
    """Write a file, at most so many bytes of it; return its size and SHA-256."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o644)
    except (FileExistsError, NotADirectoryError):
        raise SubmissionError(f"{entry.name} is a file and a folder, or stands there twice") from None
    with os.fdopen(target, "wb") as file, entry.open() as source:
        return _copy(source, file, left)


def _copy(source: IO[bytes], file: IO[bytes], left: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    while data := source.read(CHUNK_BYTES):
        size += len(data)
        if size > left:
            raise SubmissionError(f"its files have more than {MOST_BYTES >> 20} MiB")
        digest.update(data)
        file.write(data)
    return size, digest.hexdigest()
