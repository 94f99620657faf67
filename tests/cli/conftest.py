"""A folder with a suite and an implementation in it, and ``raftkit`` as a command."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

FAKES = Path(__file__).parent.parent / "plugin"  # the fake runner child

SUITE = """\
part: 2A
title: leader election
tests:
  TestFirst2A:
    title: first
    servers: 3
    steps: [{sleep: 1s}]
  TestSecond2A:
    title: second
    servers: 3
    cost: 5
    steps: [{sleep: 1s}]
  TestThird2A:
    title: third
    servers: 5
    cost: 2
    steps: [{sleep: 1s}]
"""

Lab = Callable[..., Path]
Raftkit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Write ``2A.yaml`` and ``raft.py`` into an empty folder, go there, and use the fake child."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAFTKIT_CHILD_MODULE", "fake_child")
    monkeypatch.setenv("PYTHONPATH", str(FAKES))

    def write(*behaviour: str) -> Path:
        (tmp_path / "2A.yaml").write_text(SUITE)
        lines = "\n".join(f"    {line}" for line in behaviour or ("pass",))
        imports = "import os, time\nfrom raftkit.model import Failure, Verdict"
        (tmp_path / "raft.py").write_text(f"{imports}\n\ndef behave(request, on_log):\n{lines}\n")
        return tmp_path

    return write


@pytest.fixture
def raftkit() -> Raftkit:
    """Run ``raftkit`` as a command, in the current folder."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-m", "raftkit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run
