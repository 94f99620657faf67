"""The trace of one run: every event, in order, as one line of JSON; and those who listen.

It is written through structlog: events go down a chain of processors, the last of which renders
them. Only virtual time is in it, so the same seed gives the same bytes.
"""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import structlog

from raftkit.trace._events import Event

SCHEMA_VERSION = 1
LONGEST_LIST = 8
LONGEST_TEXT = 200
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
        self._hash = hashlib.sha256()
        self._listeners: list[Listener] = []
        logger: Any = structlog.wrap_logger(
            self,
            processors=[_render],
            wrapper_class=structlog.BoundLoggerBase,
            cache_logger_on_first_use=True,
        )
        self._msg = logger.bind()._proxy_to_logger
        self.lines = 0

    def subscribe(self, listener: Listener) -> None:
        """Call ``listener`` with every event, after it is recorded; what it raises ends the run."""
        self._listeners.append(listener)

    def emit(self, event: Event) -> None:
        """Record an event."""
        self._msg("write", event)
        for listener in self._listeners:
            listener(event)

    def write(self, line: bytes) -> None:
        """Structlog's way out: one rendered line."""
        self.lines += 1
        self._hash.update(line)
        if self._file is not None:
            self._file.write(line)

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
    return (_to_json(event_dict["event"]) + b"\n",), {}


def view(data: bytes) -> Any:
    """MessagePack from a world as plain data of bounded size: long lists and texts are shortened."""
    try:
        return shorten(_unpack(data))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return f"({len(data)} bytes that cannot be shown)"


def shorten(value: Any, depth: int = 0) -> Any:
    """Plain data for people: the ends of long lists, the beginning of long texts."""
    kind = type(value)
    if kind is dict:
        if depth > 8:
            return "…"
        return {
            key if type(key) is str else str(key): part if type(part) is int else shorten(part, depth + 1)
            for key, part in value.items()
        }
    if kind is list:
        if depth > 8:
            return "…"
        if len(value) > LONGEST_LIST:
            left_out = f"… {len(value) - 6} more …"
            return [
                *(shorten(part, depth + 1) for part in value[:5]),
                left_out,
                shorten(value[-1], depth + 1),
            ]
        return [shorten(part, depth + 1) for part in value]
    if kind is str:
        return value if len(value) <= LONGEST_TEXT else f"{value[:LONGEST_TEXT]}… ({len(value)} characters)"
    if kind is bytes:
        return f"({len(value)} bytes)"
    return value
