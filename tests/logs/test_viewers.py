"""Other people's viewers take what is exported, whatever is in the trace."""

import json
from pathlib import Path

import pytest
from logs_data import DATA, began, write_trace
from viewers import read_perfetto, read_shiviz

from raftkit.model import Limits
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.trace import (
    Event,
    Logged,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    StepBegan,
    TestEnded,
)

ROOT = Path(__file__).parents[2]
ODD = 'a\nS1 {"S1":9}\n# {} \x1b[31m\u2028 "quoted" \\ </script>'
"""A log line that looks like the next event."""


@pytest.fixture(scope="module", params=["two-leaders", "crashes", "odd"])
def trace(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that failed, one with crashes and an unreliable network, and one of odd texts and moments."""
    path = tmp_path_factory.mktemp("viewers") / "trace.jsonl"
    if request.param == "two-leaders":
        return DATA / "two_leaders.jsonl"
    if request.param == "odd":
        return write_trace(path, odd_events())
    run_case(
        RunRequest(
            suite=str(ROOT / "suites/2C.yaml"),
            test="TestUnreliableChurn2C",
            implementation=str(ROOT / "impls/reference"),
            seed=1,
            limits=Limits(),
            trace_file=str(path),
        )
    )
    return path


def odd_events() -> list[Event]:
    """Much at one moment; an answer to a life that is over; messages lost and under way at the end; hostile texts."""
    return [
        began(),
        Logged(0, 1, "INFO", '{"S1": 1}', {}),
        StepBegan(0, "1", 1, ODD),
        StepBegan(0, "1.1", 2, "inner"),
        ServerCreated(0, 0, 1, 0, 0),
        ServerCreated(0, 1, 1, 0, 0),
        RpcSent(5, 1, 0, 1, "request_vote", 9, {"term": 1, "candidate_id": 0}),
        RpcSent(5, 2, 0, 2, ODD, 9, ODD),
        RpcSent(5, 3, 0, 1, "append_entries", 9, {"term": 1, "entries": None}),
        RpcDelivered(5, 1, 0, 1, "request_vote"),
        Persisted(5, 1, 8, None),
        RpcReplied(5, 1, 0, 1, "request_vote", 9, {"term": 1, "vote_granted": True}),
        Logged(5, 1, "PRNT", ODD, {ODD: ODD}),
        StepBegan(5, "2", 3, "next"),
        RpcDropped(7, 2, 0, 2, ODD, "request", "unreliable network"),
        RpcFailed(7, 2, 0, 2, ODD, ODD),
        ServerCrashed(7, 0, 1),
        ServerCreated(7, 0, 2, 0, 0),
        RpcAnswered(9, 1, 0, 1, "request_vote"),
        TestEnded(9, "failed", ODD),
    ]


def lines_of(trace: Path) -> list[str]:
    return trace.read_text().rstrip("\n").split("\n")


WINDOWS = [[], ["--from", "0s", "--to", "9s"], ["--from", "0.7s"]]


@pytest.mark.parametrize("options", WINDOWS, ids=["whole", "beginning", "end"])
def test_shiviz_accepts_the_log(raftkit, trace: Path, options: list[str]) -> None:
    """Every event is found, none is made up, and the clocks are consistent."""
    events = read_shiviz(raftkit("export", "--shiviz", str(trace), *options).out)
    written = [line for line in lines_of(trace) if json.loads(line)["event"] != "rpc_delayed"]

    assert len(events) == len(written) if not options else len(events) <= len(written)
    assert {event.host for event in events} <= {"tester", *(f"S{server}" for server in range(5))}


@pytest.mark.parametrize("options", WINDOWS, ids=["whole", "beginning", "end"])
def test_perfetto_accepts_the_document(raftkit, trace: Path, options: list[str]) -> None:
    """Slices are nested, and each arrow leads from what was sent to what arrived."""
    imported = read_perfetto(raftkit("export", "--chrome-trace", str(trace), *options).out)
    for sent, arrived in imported.arrows:
        assert sent.startswith(("→ S", "answers S")), sent
        assert arrived.startswith(("from S", "✓ S")), arrived

    events = [json.loads(line)["event"] for line in lines_of(trace)]
    if not options:
        arrivals = events.count("rpc_delivered") + events.count("rpc_answered")
        departures = events.count("rpc_sent") + events.count("rpc_replied")
        assert (len(imported.arrows), imported.loose) == (arrivals, departures - arrivals)
