"""What is in a submission: the regular files of a folder, a zip or a tar, however hostile.

An archive is read, never trusted: links, devices and pipes are not followed, nothing is decompressed beyond a bound,
and no index of an archive is read that claims to be larger than one of ours could be.
"""

import bz2
import contextlib
import lzma
import os
import stat
import struct
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from raftkit.errors import RaftkitError

MOST_BYTES = 64 << 20
"""Of all files together, and of an archive; a lab has some kilobytes."""
MOST_INDEX_BYTES = 1 << 20
"""Of a zip file's index: some ten thousand names."""
CHUNK_BYTES = 1 << 16
LZMA_MEMORY_BYTES = 128 << 20
ARCHIVES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.xz", ".txz")
_END_OF_ZIP = b"PK\x05\x06"


class SubmissionError(RaftkitError):
    """A submission cannot be graded as it was handed in; the text says why, for its author."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file of a submission.

    Attributes:
        name: Its path there, untrusted.
        open: Opens it for reading.
        is_link: Whether it is none, but a link or a device: there is nothing to read.
    """

    name: str
    open: Callable[[], IO[bytes]]
    is_link: bool = False


def is_archive(path: Path) -> bool:
    """Whether a file's name is that of an archive."""
    return path.name.lower().endswith(ARCHIVES)


def entries(path: Path) -> Iterator[Entry]:
    """Yield what is in a folder or an archive; a single file is an entry of its own.

    Whoever reads them does so below :func:`damage_is_told`.

    Raises:
        SubmissionError: It is encrypted, or far too large.
        OSError: The host cannot read it.
    """
    if path.is_symlink():
        raise SubmissionError(f"{path.name} is a link, and links are not followed")
    if path.is_dir():
        yield from _folder(path)
    elif not is_archive(path):
        if not path.is_file():
            raise SubmissionError(f"{path.name} is neither a file nor a folder")
        yield Entry(path.name, _opener(path))
    elif path.stat().st_size > MOST_BYTES:
        raise SubmissionError(
            f"{path.name} has {path.stat().st_size >> 20} MiB: at most {MOST_BYTES >> 20} are read"
        )
    else:
        read = _zip if path.name.lower().endswith(".zip") else _tar
        yield from read(path)


@contextlib.contextmanager
def damage_is_told(path: Path) -> Iterator[None]:
    """Turn what an archive's reader raises, whenever that is, into a sentence for its author.

    Raises:
        SubmissionError: It is damaged, or of a kind that nobody reads.
    """
    try:
        yield
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError) as error:
        raise SubmissionError(f"{path.name} is a damaged archive: {error}") from None
    except (ValueError, NotImplementedError, RuntimeError, struct.error, IndexError) as error:
        raise SubmissionError(f"{path.name} is an archive that cannot be read: {error}") from None


def _folder(folder: Path) -> Iterator[Entry]:
    for root, folders, files in os.walk(folder, onerror=_raise):
        folders.sort()
        for name in sorted([*files, *(name for name in folders if os.path.islink(os.path.join(root, name)))]):
            path = Path(root, name)
            is_link = not stat.S_ISREG(path.lstat().st_mode)
            yield Entry(str(path.relative_to(folder)), _opener(path), is_link)


def _raise(error: OSError) -> None:
    raise error


def _opener(path: Path) -> Callable[[], IO[bytes]]:
    return lambda: os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")


def _zip(path: Path) -> Iterator[Entry]:
    with open(path, "rb") as file:
        _check_index(file)
        with zipfile.ZipFile(file) as archive:
            for info in archive.infolist():
                mode = info.external_attr >> 16
                if info.flag_bits & 1:
                    raise SubmissionError(f"{path.name} is encrypted")
                if not info.is_dir():
                    is_link = bool(mode) and stat.S_IFMT(mode) not in (0, stat.S_IFREG)
                    name = info.filename.replace("\\", "/")
                    yield Entry(name, lambda info=info: archive.open(info), is_link)  # type: ignore[misc]


def _check_index(file: IO[bytes]) -> None:
    """Refuse an index that would cost memory: it is read as a whole when the archive is opened."""
    file.seek(0, os.SEEK_END)
    file.seek(max(0, file.tell() - (1 << 16) - 64))
    tail = file.read()
    at = tail.rfind(_END_OF_ZIP)
    if at < 0 or len(tail) < at + 16:
        raise SubmissionError("the zip file has no index: it is cut off, or no zip file")
    (size,) = struct.unpack_from("<L", tail, at + 12)
    if size > MOST_INDEX_BYTES:
        raise SubmissionError("the zip file claims to hold more files than a submission can")
    file.seek(0)


def _tar(path: Path) -> Iterator[Entry]:
    with open(path, "rb") as packed, tempfile.TemporaryFile() as plain:
        _decompress(packed, plain)
        with tarfile.open(fileobj=plain, mode="r:") as archive:
            for member in archive:
                if member.isdir():
                    continue
                opened: Any = lambda member=member: archive.extractfile(member)  # noqa: E731
                yield Entry(member.name, opened, is_link=not member.isreg())


def _decompress(packed: IO[bytes], plain: IO[bytes]) -> None:
    """Unpack a whole tar into a file, within bounds, so that nothing in it can claim to be larger than that."""
    head = packed.read(6)
    packed.seek(0)
    machine: Any = None
    if head.startswith(b"\x1f\x8b"):
        machine = _Gzip()
    elif head.startswith(b"BZh"):
        machine = bz2.BZ2Decompressor()
    elif head.startswith(b"\xfd7zXZ"):
        machine = lzma.LZMADecompressor(memlimit=LZMA_MEMORY_BYTES)
    size = 0
    while data := packed.read(CHUNK_BYTES):
        while data or (machine is not None and not machine.needs_input and not machine.eof):
            try:
                piece = data if machine is None else machine.decompress(data, CHUNK_BYTES)
            except OSError as error:  # what bz2 says to bad data, though no device has failed
                raise SubmissionError(f"the archive is damaged: {error}") from None
            data = b""
            size += len(piece)
            if size > MOST_BYTES:
                raise SubmissionError(f"the archive unpacks to more than {MOST_BYTES >> 20} MiB")
            plain.write(piece)
        if machine is not None and machine.eof:
            break
    else:
        if machine is not None:
            raise EOFError("it ends too early")
    plain.seek(0)


class _Gzip:
    """zlib's decompressor, spoken to like the others."""

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._machine.eof

    @property
    def needs_input(self) -> bool:
        return not self._machine.unconsumed_tail

    def decompress(self, data: bytes, most: int) -> bytes:
        return self._machine.decompress(self._machine.unconsumed_tail + data, most)
