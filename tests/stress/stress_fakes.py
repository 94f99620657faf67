"""A folder with a suite and an implementation for the fake runner child, and ``raftkit`` as a command."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.model import Limits, Verdict
from raftkit.runner.recipe import Implementation
from raftkit.stress.breakage import Breakage
from raftkit.stress.journal import Entry
from raftkit.stress.seeds import Seeds
from raftkit.stress.work import Asked, Tested

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
    steps: [{sleep: 1s}]
"""
FAIL = "return {'verdict': Verdict.FAILED, 'failure': Failure(kind='Broken', summary=f'it broke at {request.seed}')}"
COMMAND = (
    "from raftkit.cli import _bisect, _stress, app, main\n"
    "names = {command.name for command in app.registered_commands}\n"
    "'stress' in names or app.command('stress')(_stress.stress)\n"
    "'bisect' in names or app.command('bisect')(_bisect.bisect)\n"
    "main()"
)

Lab = Callable[..., Path]
Raftkit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lab:
    """Write ``2A.yaml`` and ``raft.py`` into an empty folder, go there, and use the fake child."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("RAFTKIT_CHILD_MODULE", "fake_child")
    monkeypatch.setenv("PYTHONPATH", str(FAKES))

    def write(*behaviour: str, file: str = "raft.py") -> Path:
        (tmp_path / "2A.yaml").write_text(SUITE)
        lines = "\n".join(f"    {line}" for line in behaviour or ("pass",))
        imports = "import os, time\nfrom raftkit.model import Failure, Verdict"
        (tmp_path / file).write_text(f"{imports}\n\ndef behave(request, on_log):\n{lines}\n")
        return tmp_path

    return write


def start(*arguments: str, **options: object) -> "subprocess.Popen[str]":
    """Start ``raftkit`` as a command, in the current folder."""
    command = [sys.executable, "-c", COMMAND, *arguments]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=dict(os.environ), **options
    )  # type: ignore[call-overload, no-any-return]


@pytest.fixture
def raftkit() -> Raftkit:
    """Run it to its end."""

    def run(*arguments: str, before: str = "") -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-c", before + COMMAND, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


def asked(tests: int = 2, seeds: Seeds | None = None, versions: int = 1, **fields: object) -> Asked:
    """What somebody might ask for."""
    return Asked(
        versions=tuple(Implementation(named=f"v{n}.py", spec=f"/v{n}.py") for n in range(versions)),
        tests=tuple(
            Tested(
                name=f"Test{n}", id=f"Test{n}", command=f"Test{n}", suite="/2A.yaml", part="2A" if n < 2 else "2B",
                title="a test", servers=3, cost=1.0,
            )
            for n in range(tests)
        ),
        seeds=seeds or Seeds(first=100, count=10),
        limits=Limits(),
        **fields,
    )  # fmt: skip


def entry(seed: int, verdict: Verdict = Verdict.PASSED, test: str = "Test0", **fields: object) -> Entry:
    """One run; what broke follows from the verdict."""
    if verdict is not Verdict.PASSED:
        fields.setdefault(
            "broke", Breakage(kind="Broken", summary=f"it broke at {seed}", shape="it broke at …")
        )
    return Entry(test=test, seed=seed, verdict=verdict, lab_ns=2_000_000_000, **fields)
