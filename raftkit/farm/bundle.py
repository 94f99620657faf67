"""The texts that runs follow from, as bytes: an implementation's Python files, and suites."""

import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath

import msgspec

from raftkit.contract import go_files, locate
from raftkit.farm.engine import Engine, FarmError, engine
from raftkit.report.failure import near
from raftkit.runner.recipe import python_files

MOST_FILES = 4000
MOST_BYTES = 96 << 20
"""More is no implementation, but a folder that holds one beside all sorts of things."""


class Bundle(msgspec.Struct, frozen=True, kw_only=True):
    """What a worker needs in order to make runs.

    Attributes:
        name: Unlike any other's.
        engine: What would make the runs here.
        cwd: The current folder, from which code and failures name files.
        files: Their bytes, by absolute path; links are files here.
        order: What else the work needs to know; opaque.
    """

    name: str
    engine: Engine
    cwd: str
    files: dict[str, bytes]
    order: bytes = b""

    def lay_out(self, folder: Path) -> None:
        """Write the files below a folder, each under the whole of its path.

        Raises:
            FarmError: A path is none that could be below.
            OSError: They cannot be written.
        """
        below(folder, self.cwd).mkdir(parents=True, exist_ok=True)
        for path, data in self.files.items():
            file = below(folder, path)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)


def below(folder: Path, path: str) -> Path:
    """The place of an absolute path in a copy of the file system that begins at ``folder``.

    Raises:
        FarmError: It is not absolute, or leads out.
    """
    pure = PurePosixPath(path)
    if not pure.is_absolute() or ".." in pure.parts or "\0" in path:
        raise FarmError(f"{path!r} is no absolute path")
    return folder.joinpath(*pure.parts[1:])


def pack(
    specs: Iterable[str], suites: Iterable[str], order: bytes = b"", *, whole_folders: bool = False
) -> Bundle:
    """Pack what these implementations may import from their own folders, and these suites.

    Other files are not sent, but for ``whole_folders`` that hold nothing else: a folder may hold anything, and
    what is sent is seen by others.

    Raises:
        ContractError: There is no such implementation.
        FarmError: It is too much, or cannot be read.
    """
    try:
        files = _read(
            dict.fromkeys([*suites, *_own_files(specs, all_files if whole_folders else python_files)])
        )
    except OSError as error:
        raise FarmError(f"{near(str(error.filename))} cannot be read: {error.strerror}") from None
    return Bundle(name=uuid.uuid4().hex, engine=engine(), cwd=os.getcwd(), files=files, order=order)


def _read(paths: Iterable[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    size = 0
    for path in paths:
        files[path] = data = Path(path).read_bytes()
        size += len(data)
        if len(files) > MOST_FILES or size > MOST_BYTES:
            raise FarmError(
                f"there is too much beside the implementation to send it: more than {MOST_FILES} files, "
                f"or {MOST_BYTES >> 20} MiB, up to {near(path)}\n"
                "  try        give the implementation a folder of its own"
            )
    return files


def all_files(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder and of those in it; of links only those to files that are in it, too."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.resolve().is_relative_to(folder):
            yield path


def _own_files(specs: Iterable[str], files_of: Callable[[Path], Iterator[Path]]) -> Iterator[str]:
    for spec in specs:
        location = locate(spec)
        if location.is_go:
            yield from map(str, go_files(location.path, location.roots[0]))
            continue
        yield str(location.path)
        for root in location.roots:
            yield from map(str, files_of(root))
