"""``raftkit logs``, ``runs`` and ``export`` in this process."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from raftkit.cli import _main


@dataclass(frozen=True)
class Said:
    """What a command printed, and its exit code."""

    code: int
    out: str
    err: str


Raftkit = Callable[..., Said]


@pytest.fixture
def raftkit(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Raftkit:
    """Run a command; standard input is nothing."""
    monkeypatch.setattr("raftkit.cli._logs_source._is_piped", lambda: False)

    def run(*arguments: str) -> Said:
        code = _main.run(list(arguments))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return run
