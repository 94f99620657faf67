"""``raftkit logs``, ``runs`` and ``export`` in this process, and traces to feed them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest

from raftkit.cli import _export, _logs, _main, _runs
from raftkit.trace import Event, TestBegan

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Raftkit = Callable[..., Said]


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


@pytest.fixture
def raftkit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Raftkit:
    """Run a command; standard input is nothing."""
    monkeypatch.setattr("raftkit.cli._logs_source._is_piped", lambda: False)

    def run(*arguments: str) -> Said:
        code = _main.run(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run


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
