"""The trace of one run: every event, in order, as one line of JSON; and those who listen.

It is written through structlog: events go down a chain of processors, the last of which renders
them. Only virtual time is in it, so the same seed gives the same bytes.
"""

import contextlib
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog

from raftkit.trace._events import EVENTS, Applied, Event, Logged, RpcReplied, RpcSent, Started

SCHEMA_VERSION = 1
LONGEST_LIST = 8
SHOWN_FIRST = 5
"""Of a longer list the file shows this many items, how many are left out, and the last one."""
LONGEST_TEXT = 200
DEEPEST = 8
_unpack = msgspec.msgpack.Decoder().decode
_to_json = msgspec.json.Encoder(enc_hook=str).encode

Listener = Callable[[Event], None]


class Trace:
    """Takes events as they happen.

    Args:
        path: A file that gets every line at once, or None.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._file = path.open("wb", buffering=0) if path is not None else None
        self._size = 0
        self.trouble = ""
        """Why the file has not got all lines; empty when it has."""
        self._hash = hashlib.sha256()
        self._listeners: dict[type[Event], list[Listener]] = {kind: [] for kind in EVENTS}
        logger: Any = structlog.wrap_logger(
            self,
            processors=[_render],
            wrapper_class=structlog.BoundLoggerBase,
            cache_logger_on_first_use=True,
        )
        self._msg = logger.bind()._proxy_to_logger
        self.lines = 0

    def subscribe(self, listener: Listener, *kinds: type[Event]) -> None:
        """Call ``listener`` with every event, or with those of some kinds, after it is recorded.

        What it raises ends the run.
        """
        for kind in kinds or EVENTS:
            self._listeners[kind].append(listener)

    def emit(self, event: Event) -> None:
        """Record an event."""
        self._msg("write", event)
        for listener in self._listeners[type(event)]:
            listener(event)

    def write(self, line: bytes) -> None:
        """Structlog's way out: one rendered line."""
        self.lines += 1
        self._hash.update(line)
        if self._file is not None:
            try:
                rest = line
                while rest:
                    rest = rest[self._file.write(rest) :]
                self._size += len(line)
            except OSError as error:
                self._stop_writing(error)

    def _stop_writing(self, error: OSError) -> None:
        """Leave whole lines behind; the run itself goes on without a file."""
        assert self._file is not None
        self.trouble = str(error.strerror)
        with contextlib.suppress(OSError):
            self._file.truncate(self._size)
        self.close()

    @property
    def digest(self) -> str:
        """SHA-256 of all bytes so far."""
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _render(_: Any, __: str, event_dict: Any) -> tuple[tuple[bytes], dict[str, Any]]:
    return (_to_json(_for_people(event_dict["event"])) + b"\n",), {}


_FREE_FIELDS = {
    RpcSent: "args",
    RpcReplied: "reply",
    Started: "command",
    Applied: "command",
    Logged: "fields",
}
"""Where an event holds whatever an implementation or a suite put there."""


def _for_people(event: Event) -> Event:
    """The event as the file shows it: listeners get long lists and texts whole, readers their ends."""
    name = _FREE_FIELDS.get(type(event))
    if name is None:
        return event
    value = getattr(event, name)
    short = shorten(value)
    return event if short is value else msgspec.structs.replace(event, **{name: short})


def view(data: bytes) -> Any:
    """MessagePack from a world as plain data."""
    try:
        return _unpack(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"({len(data)} bytes that cannot be shown)"


def shorten(value: Any, depth: int = 0) -> Any:
    """Plain data of bounded size: the ends of long lists, the beginning of long texts.

    What is short enough comes back as it is, the same object.
    """
    kind = type(value)
    if kind is int or kind is bool or value is None:
        return value
    if kind is dict:
        return _shorten_dict(value, depth)
    if kind is list:
        return _shorten_list(value, depth)
    if kind is str:
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if kind is bytes:
        return f"({len(value)} bytes)"
    return value


def _shorten_dict(value: dict[Any, Any], depth: int) -> Any:
    if depth > DEEPEST:
        return "…"
    changed = None
    for key, part in value.items():
        kind = type(part)
        if (kind is int or kind is bool) and type(key) is str:
            continue
        short = shorten(part, depth + 1)
        if short is not part or type(key) is not str:
            changed = changed or {}
            changed[key] = short
    if changed is None:
        return value
    return {str(key): changed.get(key, part) for key, part in value.items()}


def _shorten_list(value: list[Any], depth: int) -> Any:
    if depth > DEEPEST:
        return "…"
    if len(value) > LONGEST_LIST:
        left_out = f"… {len(value) - SHOWN_FIRST - 1} more …"
        return [
            *(shorten(part, depth + 1) for part in value[:SHOWN_FIRST]),
            left_out,
            shorten(value[-1], depth + 1),
        ]
    parts = [shorten(part, depth + 1) for part in value]
    return value if all(short is part for short, part in zip(parts, value, strict=True)) else parts
