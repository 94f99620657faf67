"""A trace as a page carries it: checked line by line, compressed, in characters that HTML leaves alone.

The lines stay as they are, so that the page can show each record exactly; base64 has no ``<``, so that
nothing an implementation logged can end the block it is in.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from raftkit.errors import RaftkitError
from raftkit.trace import SCHEMA_VERSION

_BASE64_CHUNK = 3 * 16 * 1024
"""Bytes encoded at a time; a multiple of three, so that the pieces can be joined."""
_GZIP = 31
"""zlib's code for a gzip header, which browsers ask for; zlib writes no date into it."""
_EXACT = 2**53
"""JavaScript's numbers are exact up to here."""
_LONG_NUMBER = re.compile(rb"[:\[,]-?\d{16}")


class TraceUnreadable(RaftkitError):
    """A file is no trace that can be shown; the text says where and why, in one line."""


class _Line(msgspec.Struct):
    event: str
    at_ns: int


class _Began(msgspec.Struct, tag_field="event", tag="test_began"):
    schema_version: int


_line = msgspec.json.Decoder(_Line).decode
_began = msgspec.json.Decoder(_Began).decode


def packed(trace: Path) -> Iterator[bytes]:
    """Yield the trace as base64 of gzip, piece by piece.

    Raises:
        TraceUnreadable: It is missing, empty, damaged, or written by a newer raftkit.
    """
    gzip = zlib.compressobj(6, zlib.DEFLATED, _GZIP)
    waiting = bytearray()
    for line in _checked(trace):
        waiting += gzip.compress(line)
        if len(waiting) >= _BASE64_CHUNK:
            yield base64.b64encode(waiting[:_BASE64_CHUNK])
            del waiting[:_BASE64_CHUNK]
    waiting += gzip.flush()
    yield base64.b64encode(waiting)


def _checked(trace: Path) -> Iterator[bytes]:
    """Yield the lines, each an event."""
    number = 0
    try:
        with trace.open("rb") as file:
            for number, line in enumerate(file, start=1):
                if number == 1:
                    _check_version(trace, line)
                elif not line.endswith(b"\n"):
                    raise TraceUnreadable(
                        f"{trace}:{number}: the last line is cut off; the writer was stopped"
                    )
                _line(line)
                yield _exact(line) if _LONG_NUMBER.search(line) else line
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise TraceUnreadable(f"{trace}:{number}: not an event: {error}") from None
    except OSError as error:
        raise TraceUnreadable(f"{trace}: cannot be read: {error.strerror}") from None
    if not number:
        raise TraceUnreadable(f"{trace}: the trace is empty; the test ended before its first event")


def _check_version(trace: Path, line: bytes) -> None:
    try:
        began = _began(line)
    except (msgspec.DecodeError, ValueError):
        raise TraceUnreadable(f"{trace}: not a trace: its first line is no test_began event") from None
    if began.schema_version > SCHEMA_VERSION:
        raise TraceUnreadable(
            f"{trace}: written by a newer raftkit: schema_version {began.schema_version}, "
            f"this one reads up to {SCHEMA_VERSION}"
        )


def _exact(line: bytes) -> bytes:
    """Return the line with numbers as text that JavaScript would round."""

    def keep(digits: str) -> Any:
        return int(digits) if abs(int(digits)) <= _EXACT else digits

    event = json.loads(line, parse_int=keep)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
