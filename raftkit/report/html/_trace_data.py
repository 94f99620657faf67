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

from raftkit.trace import TestBegan, TraceError, TraceReader, open_lines

_BASE64_CHUNK = 3 * 16 * 1024
"""Bytes encoded at a time; a multiple of three, so that the pieces can be joined."""
GZIP = 31
"""zlib's code for a gzip header, which browsers ask for; zlib writes no date into it."""
_EXACT = 2**53
"""JavaScript's numbers are exact up to here."""
_LONG_NUMBER = re.compile(rb"[:\[,]-?\d{16}")


def packed(trace: Path) -> Iterator[bytes]:
    """Yield the trace as base64 of gzip, piece by piece.

    Raises:
        TraceError: It is missing, empty, damaged, or written by a newer raftkit.
    """
    gzip = zlib.compressobj(6, zlib.DEFLATED, GZIP)
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
    reader = TraceReader(str(trace))
    is_first = True
    with open_lines(trace) as lines:
        for line in lines:
            event = reader.event(line)
            if event is None:
                continue
            if is_first and type(event) is not TestBegan:
                raise TraceError("its beginning is missing: a trace starts with test_began", file=str(trace))
            is_first = False
            yield (_exact(line) if _LONG_NUMBER.search(line) else line.rstrip(b"\r\n")) + b"\n"
    if is_first:
        raise TraceError("it is empty: no test has written to it", file=str(trace))


def _exact(line: bytes) -> bytes:
    """Return the line, with numbers as text that JavaScript would round."""

    def keep(digits: str) -> Any:
        return int(digits) if abs(int(digits)) <= _EXACT else digits

    event = json.loads(line, parse_int=keep)
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
