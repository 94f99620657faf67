"""Traces to feed the commands."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from raftkit.trace import Event, TestBegan

DATA = Path(__file__).parent / "data"


def write_trace(path: Path, events: Iterable[Event | dict[str, Any]]) -> Path:
    """Write events as a trace; a dict is one of a kind that nobody knows."""
    path.write_bytes(b"".join(msgspec.json.encode(event) + b"\n" for event in events))
    return path


def began(servers: int = 3, **fields: Any) -> TestBegan:
    """The first event of a test."""
    values = {
        "schema_version": 1,
        "test": "TestX",
        "part": "2A",
        "seed": 7,
        "network": "reliable",
        "service": "plain",
    }
    return TestBegan(at_ns=0, servers=servers, **{**values, **fields})
