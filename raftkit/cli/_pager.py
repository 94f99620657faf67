"""Long output on a terminal goes through a pager, as git's does: less, unless PAGER names another."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

Write = Callable[[str], None]
_LESS_OPTIONS = "FRX"
"""Leave at once if all fits, let colours through, leave the text on the screen: git's choice."""


class ReaderLeft(Exception):
    """Nobody reads any more: the pager was quit, or the pipe closed."""


@contextmanager
def paged(wanted: bool) -> Iterator[Write]:
    """Yield a function that writes rows, each with its line break, to a pager or to standard output.

    Leaving early, by quitting the pager or closing the pipe, ends the block without a word.
    """
    command = _pager() if wanted and sys.stdout.isatty() else None
    if command is None:
        with suppress(ReaderLeft):
            yield _write_plainly
            _flush()
        return
    environment = {"LESS": _LESS_OPTIONS, "LV": "-c", **os.environ}
    pager = subprocess.Popen(command, shell=True, stdin=subprocess.PIPE, env=environment)
    try:
        with suppress(ReaderLeft, KeyboardInterrupt):  # Ctrl-C is the pager's
            yield _writer(pager)
    finally:
        _wait(pager)


def _pager() -> str | None:
    """The command, or None when there is no such program or none is wanted."""
    command = os.environ.get("RAFTKIT_PAGER", os.environ.get("PAGER", "less")).strip()
    try:
        program = shlex.split(command)[0]
    except (ValueError, IndexError):
        return None
    return None if program == "cat" or shutil.which(program) is None else command


def _writer(pager: subprocess.Popen[bytes]) -> Write:
    assert pager.stdin is not None
    into = pager.stdin
    encoding = sys.stdout.encoding or "utf-8"

    def write(row: str) -> None:
        try:
            into.write(row.encode(encoding, "replace"))
        except BrokenPipeError:
            raise ReaderLeft from None

    return write


def _wait(pager: subprocess.Popen[bytes]) -> None:
    """Stay until the reader has had enough: an interrupt means the pager, not us."""
    assert pager.stdin is not None
    with suppress(BrokenPipeError):
        pager.stdin.close()
    while True:
        with suppress(KeyboardInterrupt):
            pager.wait()
            return


def _write_plainly(row: str) -> None:
    try:
        sys.stdout.write(row)
    except BrokenPipeError:
        _leave()


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        _leave()


def _leave() -> None:
    from raftkit.report.screen import discard

    discard(sys.stdout)
    raise ReaderLeft
