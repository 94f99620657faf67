"""``.raftkit/runs``: what is left there, what is swept away, and what is never touched."""

from pathlib import Path

import pytest

from raftkit.model import Result, Verdict
from raftkit.plugin._items import deal
from raftkit.runner.runs_folder import RUNS_KEPT, RunsFolder
from raftkit.runner.traces import Traces


def result(verdict: Verdict, trace: str) -> Result:
    return Result(id="TestX2A", part="2A", title="x", verdict=verdict, seed=7, trace_file=trace)


def test_last_leads_to_the_last_run(tmp_path: Path) -> None:
    for name in ("20260301T101500Z-7-1", "20260301T101501Z-8-2"):
        folder = RunsFolder(tmp_path / "runs" / name)
        folder.open()

    trace = str(tmp_path / "runs" / name / "TestX-8" / "trace.jsonl")
    assert (tmp_path / "runs" / "last").resolve().name == name
    assert folder.shown(trace) == str(tmp_path / "runs" / "last" / "TestX-8" / "trace.jsonl")
    assert folder.shown("/elsewhere/trace.jsonl") == "/elsewhere/trace.jsonl"


def test_old_runs_are_removed_and_nothing_else_is(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    for number in range(RUNS_KEPT + 5):
        (runs / f"20260301T{number:06d}Z-7-1").mkdir(parents=True)
    (runs / "my notes").mkdir()
    RunsFolder(runs / "20260302T000000Z-7-1").open()

    left = sorted(path.name for path in runs.iterdir())
    assert "my notes" in left
    assert "20260301T000005Z-7-1" not in left
    assert len([name for name in left if name.startswith("2026")]) == RUNS_KEPT


def test_the_trace_of_a_pass_is_removed_and_that_of_a_failure_stays(tmp_path: Path) -> None:
    traces = Traces(str(tmp_path / "run"), None)
    for verdict, stays in ((Verdict.PASSED, False), (Verdict.FAILED, True)):
        trace = traces.open("TestX2A-7")
        settled = traces.settle(result(verdict, trace))

        assert (Path(trace).exists(), Path(trace).parent.exists()) == (stays, stays)
        assert bool(settled.trace_file) is stays


def test_every_trace_stays_in_a_folder_that_was_asked_for(tmp_path: Path) -> None:
    traces = Traces(str(tmp_path / "run"), tmp_path / "traces")
    trace = traces.open("TestX2A-7")
    traces.settle(result(Verdict.PASSED, trace))

    assert trace == str(tmp_path / "traces" / "TestX2A-7.jsonl")
    assert Path(trace).exists()


@pytest.mark.parametrize(
    ("items", "workers", "dealt"),
    [
        ("abcdefg", 2, "adbcefg"),
        ("abcdef", 3, "afbecd"),
        ("abc", 2, "abc"),
        ("abcd", 1, "abcd"),
        ("", 2, ""),
    ],
)
def test_the_longest_tests_are_dealt_to_different_workers(items: str, workers: int, dealt: str) -> None:
    assert "".join(deal(list(items), workers)) == dealt
