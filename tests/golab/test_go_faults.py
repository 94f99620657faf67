"""Which faults a Go lab can have: disks that fail, servers that stand still where they are alone, and no wrong clocks."""

import json
from pathlib import Path
from typing import Any

import pytest
from variants import LAB, LIMITS, needs_go

from raftkit.model import Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

pytestmark = needs_go

SUITE = """
part: chaos
title: faults
tests:
  TestDisk:
    title: a leader's disk fails
    servers: 3
    steps:
      - agree: {command: 1, servers: all, retry: true}
      - disk_error: {servers: current_leader, nth: 1, for: 2s}
      - agree: {command: 2, servers: 2, retry: true}
      - sleep: 3s
      - agree: {command: 3, servers: all, retry: true}
  TestFreeze:
    title: a leader stands still
    servers: 3
    steps:
      - agree: {command: 1, servers: all, retry: true}
      - freeze: {servers: current_leader, for: 2s}
      - agree: {command: 2, servers: 2, retry: true}
      - sleep: 3s
      - agree: {command: 3, servers: all, retry: true}
  TestClock:
    title: a clock is slow
    servers: 3
    steps:
      - repeat: 1
        steps:
          - clock: {servers: [1], slow: 50%, for: 1s}
      - agree: {command: 1, servers: all, retry: true}
"""


def run(child: RunnerChild, test: str, folder: Path, *, apart: bool = False) -> Result:
    suite = folder / "faults.yaml"
    suite.write_text(SUITE)
    request = RunRequest(
        suite=str(suite),
        test=test,
        implementation=child.check(str(LAB)),
        seed=1,
        limits=LIMITS,
        trace_file=str(folder / "trace.jsonl"),
        mode=Mode(apart=apart),
    )
    return child.run(request, About(part="chaos", title=test, servers=3))


def events(folder: Path, kind: str) -> list[dict[str, Any]]:
    lines = map(json.loads, (folder / "trace.jsonl").read_text().splitlines())
    return [line for line in lines if line["event"] == kind]


def test_a_server_whose_save_fails_goes_down_and_comes_back(child: RunnerChild, tmp_path: Path) -> None:
    """Nothing of that save is kept; the others go on without it, and it catches up."""
    result = run(child, "TestDisk", tmp_path)
    assert result.verdict.value == "passed", result.failure
    (failed,) = events(tmp_path, "save_failed")
    (down,) = events(tmp_path, "server_crashed")
    assert down["server"] == failed["server"]


def test_a_server_alone_in_its_process_can_stand_still(child: RunnerChild, tmp_path: Path) -> None:
    """While the others elect another leader it sends and answers nothing."""
    result = run(child, "TestFreeze", tmp_path, apart=True)
    assert result.verdict.value == "passed", result.failure
    (began,) = events(tmp_path, "fault_began")
    (ended,) = events(tmp_path, "fault_ended")
    spoke = [each["at_ns"] for each in events(tmp_path, "rpc_sent") if [each["source"]] == began["servers"]]
    assert spoke
    assert not [at for at in spoke if began["at_ns"] < at < ended["at_ns"]]


@pytest.mark.parametrize(("test", "advice"), [("TestFreeze", "--apart"), ("TestClock", "docs/go.md")])
def test_what_goroutines_cannot_have_is_said_before_anything_runs(
    test: str, advice: str, child: RunnerChild, tmp_path: Path
) -> None:
    """It is nobody's fault, and no half of a test."""
    result = run(child, test, tmp_path)
    assert (result.verdict.value, result.rpcs, result.lab_ns) == ("error", 0, 0)
    assert result.failure is not None
    assert result.failure.kind == "NotForGo"
    assert advice in result.failure.advice
