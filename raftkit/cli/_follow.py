"""The lines of a file that still grows."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from raftkit.trace import TraceError

LOOK_SECONDS = 0.1
"""How often a file that has come to its end is looked at again."""


def follow(path: Path, look_seconds: float = LOOK_SECONDS) -> Iterator[bytes | None]:
    """Yield the lines of a file for ever, and None whenever there are no more for now.

    A line is yielded when it is whole. A file that was replaced or cut, as the next run does, is read anew.

    Raises:
        TraceError: It cannot be read.
    """
    while True:
        try:
            with open(path, "rb") as file:
                part = b""
                while not _is_another(path, file.fileno(), file.tell()):
                    line = part + file.readline()
                    if line.endswith(b"\n"):
                        part = b""
                        yield line
                    else:
                        part = line
                        yield None
                        time.sleep(look_seconds)
        except OSError as error:
            raise TraceError(f"cannot be read: {error.strerror}", file=str(path)) from None


def _is_another(path: Path, descriptor: int, position: int) -> bool:
    """Whether the name now means another file, or this one has become shorter than what was read."""
    here = os.fstat(descriptor)
    if here.st_size < position:
        return True
    try:
        there = os.stat(path)
    except FileNotFoundError:
        return False
    return (there.st_dev, there.st_ino) != (here.st_dev, here.st_ino)
