"""Traces to feed the commands, and the commands themselves, should nobody have registered them yet."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from raftkit.cli import _export, _logs, _main, _runs
from raftkit.trace import Event, TestBegan

DATA = Path(__file__).parent / "data"


def _register() -> None:
    """Make the commands known, should nobody have done so yet."""
    known = {command.name for command in _main.app.registered_commands}
    known |= {group.name for group in _main.app.registered_groups}
    if "logs" not in known:
        _main.app.command("logs")(_logs.logs)
    if "export" not in known:
        _main.app.command("export")(_export.export)
    if "runs" not in known:
        _main.app.add_typer(_runs.app, name="runs")


_register()


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
