"""The failure's past as a page carries it: a byte for each event, compressed, in characters that HTML leaves alone."""

import base64
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from raftkit.report.causality import past
from raftkit.report.html._trace_data import GZIP
from raftkit.trace import read_trace


def packed_past(trace: Path, shown: Mapping[str, Any]) -> str:
    """Return which events could have influenced the failure, as base64 of gzip; empty when the result does not say.

    Raises:
        TraceError: The trace is missing or damaged.
    """
    evidence = _evidence(shown)
    if not evidence:
        return ""
    events = list(read_trace(trace))
    gzip = zlib.compressobj(6, zlib.DEFLATED, GZIP)
    marks = past(events, [line - 1 for line in evidence if line <= len(events)])
    return base64.b64encode(gzip.compress(marks) + gzip.flush()).decode()


def _evidence(shown: Mapping[str, Any]) -> list[int]:
    """The lines that a result names; it may come from anywhere, and be of any shape."""
    place: Any = shown
    for name in ("failure", "explanation", "evidence"):
        place = place.get(name) if isinstance(place, Mapping) else None
    return (
        [line for line in place if type(line) is int and line > 0] if isinstance(place, list | tuple) else []
    )
