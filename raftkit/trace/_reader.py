"""Reads a trace as typed events, one line at a time: memory does not grow with the file.

What a reader does not know is no error: a later raftkit may add fields and kinds of events.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Union

import msgspec

from raftkit.errors import RaftkitError
from raftkit.trace import _events
from raftkit.trace._events import Event, TestBegan
from raftkit.trace._trace import SCHEMA_VERSION

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes; a trace shortens what it shows, so a longer line is no event."""
STDIN = "-"


class TraceError(RaftkitError):
    """A trace cannot be read, or not to its end.

    Attributes:
        message: What is wrong, in a line.
        file: Its name; ``standard input`` for a pipe.
        line: Where, from 1; 0 when it is the file as a whole.
    """

    def __init__(self, message: str, *, file: str, line: int = 0) -> None:
        self.message = message
        self.file = file
        self.line = line
        super().__init__(f"{file}:{line}: {message}" if line else f"{file}: {message}")


class UnknownEvent(Event, frozen=True, tag=""):
    """An event of a kind that this raftkit does not know."""

    kind: str
    fields: dict[str, Any]


def read_trace(path: str | Path) -> Iterator[Event]:
    """Yield the events of a trace file, or of standard input for ``-``.

    Raises:
        TraceError: It is no trace, or a newer one, or damaged; what came before has been yielded.
    """
    with open_lines(path) as lines:
        yield from read_events(lines, name_of(path))


def read_events(lines: Iterable[bytes], name: str) -> Iterator[Event]:
    """Yield the events on these lines; ``name`` is for error messages.

    Raises:
        TraceError: See :func:`read_trace`.
    """
    reader = TraceReader(name)
    for line in lines:
        event = reader.event(line)
        if event is not None:
            yield event
    if reader.line == 0:
        raise TraceError("it is empty: no test has written to it", file=name)


class TraceReader:
    """Turns lines into events and keeps count, so that an error can say where.

    Args:
        name: The file, for error messages.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self.line = 0

    def event(self, line: bytes) -> Event | None:
        """Return the event on the next line, or None for an empty one.

        Raises:
            TraceError: There is none on it.
        """
        self.line += 1
        try:
            event: Event = _decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            return self._otherwise(line, error)
        if type(event) is TestBegan:
            self._check_version(event.schema_version)
        return event

    def _otherwise(self, line: bytes, error: Exception) -> Event | None:
        if not line.strip():
            return None
        fields = _fields(line)
        kind = fields.pop("event", None) if fields else None
        if kind == "test_began" and type(fields.get("schema_version")) is int:
            self._check_version(fields["schema_version"])
        at_ns = fields.pop("at_ns", None)
        if type(kind) is str and kind not in _KINDS and type(at_ns) is int:
            return UnknownEvent(at_ns, kind, fields)
        raise self._error(_complaint(line, kind, error))

    def _check_version(self, version: int) -> None:
        if version > SCHEMA_VERSION:
            raise self._error(
                f"written by a newer raftkit: schema_version {version}, and this one reads {SCHEMA_VERSION}"
            )

    def _error(self, message: str) -> TraceError:
        return TraceError(message, file=self._name, line=self.line)


def name_of(path: str | Path) -> str:
    """Return what a file is called in messages."""
    return "standard input" if str(path) == STDIN else str(path)


@contextmanager
def open_lines(path: str | Path) -> Iterator[Iterator[bytes]]:
    """Open a file, or standard input for ``-``, as lines of bounded length.

    Raises:
        TraceError: It cannot be read, or a line never ends.
    """
    if str(path) == STDIN:
        yield _lines(sys.stdin.buffer, name_of(path))
        return
    try:
        file = open(path, "rb")  # noqa: SIM115 (closed below; errors while yielding are not ours)
    except OSError as error:
        raise TraceError(f"cannot be read: {error.strerror}", file=str(path)) from None
    with file:
        yield _lines(file, str(path))


def _lines(file: BinaryIO, name: str) -> Iterator[bytes]:
    number = 0
    while True:
        try:
            line = file.readline(LONGEST_LINE)
        except OSError as error:
            raise TraceError(f"cannot be read: {error.strerror}", file=name, line=number + 1) from None
        if not line:
            return
        number += 1
        if len(line) == LONGEST_LINE:
            raise TraceError("this is no trace: a line of 16 MiB and more", file=name, line=number)
        yield line


# --- one line ---

_KINDS = {
    cls.__struct_config__.tag: cls
    for cls in vars(_events).values()
    if isinstance(cls, type) and issubclass(cls, Event) and cls is not Event
}
_decode = msgspec.json.Decoder(Union[tuple(_KINDS.values())]).decode  # noqa: UP007 (made at run time)
_decode_any = msgspec.json.Decoder().decode


def _fields(line: bytes) -> dict[str, Any]:
    try:
        value = _decode_any(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return value if type(value) is dict else {}


def _complaint(line: bytes, kind: Any, error: Exception) -> str:
    """Say in a line why this is no event."""
    if type(kind) is str and kind in _KINDS:
        return f"a damaged {kind} event: {error}"
    if b"\x00" in line or line.startswith(b"\x1f\x8b"):
        return "this is no trace, but binary data"
    if not line.endswith(b"\n") and line.lstrip().startswith(b"{"):
        return "the trace is cut off in the middle of this line, its last"
    return "this is no event: one is a JSON object with event and at_ns, alone on its line"
