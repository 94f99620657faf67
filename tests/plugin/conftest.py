"""A fake runner child and tiny implementations that misbehave for real."""

import importlib
from pathlib import Path

import pytest

# Pytester forgets the modules that an inner run imports. PyYAML's C half does not bear being imported
# twice, and a module that a test patches must be the one that is used: load them before.
for name in ("plugin._book", "plugin._items", "plugin._work", "runner.places", "contract", "suite"):
    importlib.import_module(f"raftkit.{name}")

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def fake_child(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let runner children be ``fake_child.py``: no kernel, no suites, the same pipes and watchdog."""
    monkeypatch.setenv("RAFTKIT_CHILD_MODULE", "fake_child")
    monkeypatch.setenv("PYTHONPATH", str(HERE))
    # Inner runs need not import every plugin of this environment.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "raftkit.plugin,xdist.plugin")


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

IMPLEMENTATION = """\
import os, time
from raftkit.model import SECOND, Failure, Verdict, Where

def failed(request, **fields):
    where = Where(suite=request.suite, line=4, test=request.test, step="1", at_ns=2_314_000_000)
    failure = Failure(
        kind="ElectionSafetyViolated",
        summary="term 4 has two leaders",
        where=where,
        expected="at most one leader in a term (Raft §5.2)",
        observed="server 0 led from t=2.298s; server 2 led from t=2.314s",
        advice="compare voted_for of server 1 before and after its restart",
    )
    return {"verdict": Verdict.FAILED, "reason": "term 4 has two leaders", "failure": failure, **fields}

def behave(request, on_log):
"""


@pytest.fixture
def write(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch):
    """Write a suite and an implementation into an empty folder and go there.

    The implementation is given as the lines of ``behave(request, on_log)``.
    """
    folder = tmp_path_factory.mktemp("lab")
    monkeypatch.chdir(folder)

    def write(behaviour: str = "pass", suite: str = SUITE) -> Path:
        (folder / "2A.yaml").write_text(suite)
        body = "\n".join(f"    {line}" for line in behaviour.strip("\n").split("\n"))
        (folder / "raft.py").write_text(f"{IMPLEMENTATION}{body}\n")
        return folder

    return write
