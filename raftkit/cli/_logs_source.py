"""What ``raftkit logs`` reads: a trace or a log as text, from a file, a pipe, or a file that still grows."""

from __future__ import annotations

import os
import select
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from raftkit.cli._follow import follow
from raftkit.report.columns import Line, plain_lines, story
from raftkit.runner.find_run import find_trace
from raftkit.trace import Event, TestEnded, TraceError, TraceReader, name_of, open_lines

STDIN = "-"
PATIENCE_SECONDS = 1.0
"""After this long without input we say what we wait for."""

Bytes = Iterator[bytes | None]


def resolve(source: str | None) -> str:
    """Return the file that is meant, or ``-``: without a name, a pipe if there is one, else the last failure.

    Raises:
        NoSuchRun: There is none.
    """
    if source == STDIN or (source is None and _is_piped()):
        return STDIN
    return str(find_trace(source) if source is not None else find_trace())


@contextmanager
def open_source(source: str, *, grows: bool) -> Iterator[Iterator[Line | None]]:
    """Open it as lines for people; None among them says that no more come for now.

    Raises:
        TraceError: It cannot be read, or not to its end.
    """
    if source == STDIN:
        _say_what_we_wait_for()
    if grows and source != STDIN:
        yield _lines(follow(Path(source)), source)
        return
    with open_lines(source) as data:
        yield _lines(data, name_of(source))


def _lines(data: Bytes, name: str) -> Iterator[Line | None]:
    """Tell a trace from a log by its first line."""
    blank: list[bytes | None] = []
    for line in data:
        if line is not None and line.strip():
            everything = chain(blank, [line], data)
            if line.lstrip().startswith(b"{"):
                yield from story(_events(everything, name))
            else:
                yield from plain_lines(everything, name)
            return
        blank.append(line) if line is not None else (yield None)
    raise TraceError("it is empty", file=name)


def _events(data: Bytes, name: str) -> Iterator[Event | None]:
    """The events up to the last, after which a file that grows grows no more."""
    reader = TraceReader(name)
    ended = False
    for line in data:
        if line is None:
            if ended:
                return
            yield None
            continue
        event = reader.event(line)
        if event is not None:
            ended = type(event) is TestEnded
            yield event


def _is_piped() -> bool:
    """Whether standard input is a pipe or a file, rather than a terminal or nothing."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISREG(mode)


def _say_what_we_wait_for() -> None:
    try:
        is_there = select.select([sys.stdin], [], [], PATIENCE_SECONDS)[0]
    except (OSError, ValueError):
        return
    if not is_there:
        print("raftkit logs: reading standard input; `raftkit logs last` shows the last run", file=sys.stderr)
