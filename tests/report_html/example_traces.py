"""Traces for the page's tests, written by raftkit's own trace."""

from pathlib import Path
from typing import Any

from raftkit.trace import (
    Applied,
    Connected,
    Disconnected,
    Event,
    Logged,
    NetworkChanged,
    Persisted,
    Raised,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    Started,
    StateRead,
    StepBegan,
    TestBegan,
    TestEnded,
    Trace,
    Warned,
)

MS = 1_000_000
HOSTILE = "</script><img src=x onerror=\"document.title='owned'\"><!--\x1b[31mred\u202egnp.exe"

FAILED: dict[str, Any] = {
    "id": "TestExample2B",
    "part": "2B",
    "title": "an example",
    "verdict": "failed",
    "reason": "ElectionSafetyViolated: term 1 has two leaders",
    "seed": 7,
    "repeat": "raftkit test TestExample2B --impl raft.py --seed 7",
    "warnings": [],
    "failure": {
        "kind": "ElectionSafetyViolated",
        "summary": "term 1 has two leaders",
        "where": {
            "suite": "suites/2B.yaml",
            "line": 31,
            "test": "TestExample2B",
            "step": "2.1",
            "at_ns": 900 * MS,
        },
        "expected": "at most one leader in a term (Raft §5.2)",
        "observed": "server 0 and server 2 say that they lead term 1",
        "advice": "compare voted_for of server 1 over the term",
        "details": "server 0, thread 'ticker'\n    raft.py:12 in run",
        "explanation": {
            "source": "Raft §5.2, Figure 3",
            "rule": "A term has at most one leader.",
            "broken_by": "S1, which voted twice",
            "moments": [
                {"text": "S0 led term 1", "at_ns": 202 * MS, "line": 16},
                {"text": "S2 led term 1", "at_ns": 900 * MS, "line": 38},
                {"text": "before all that", "at_ns": None, "line": 0},
            ],
            "evidence": [16, 38],
            "look": "The vote: is voted_for saved before the reply?",
        },
    },
}


def write(path: Path, events: list[Event]) -> None:
    trace = Trace(path)
    for event in events:
        trace.emit(event)
    trace.close()


def write_example(path: Path) -> None:
    """An election, replication, weather, a loss, a delay, a cut, a crash, a restart; then two leaders."""
    vote = {"term": 1, "candidate_id": 0, "last_log_index": 0, "last_log_term": 0}
    entry = {"term": 1, "command": 2**63 - 1}
    append = {
        "term": 1, "leader_id": 0, "prev_log_index": 0, "prev_log_term": 0, "entries": [entry], "leader_commit": 0,
    }  # fmt: skip
    ok = {"term": 1, "success": True}
    write(
        path,
        [
            TestBegan(0, 1, "TestExample2B", "2B", 7, 3, "reliable", "plain"),
            *(ServerCreated(0, server, 1, 0, 0) for server in range(3)),
            *(Connected(MS, server) for server in range(3)),
            StepBegan(MS, "1", 20, "check that there is one leader"),
            Logged(200 * MS, 0, "VOTE", "stands for election", {"term": 1}),
            RpcSent(200 * MS, 1, 0, 1, "request_vote", 21, vote),
            RpcSent(200 * MS, 2, 0, 2, "request_vote", 21, vote),
            RpcDelivered(201 * MS, 1, 0, 1, "request_vote"),
            Persisted(201 * MS, 1, 10, None),
            RpcReplied(201 * MS, 1, 0, 1, "request_vote", 9, {"term": 1, "vote_granted": True}),
            RpcAnswered(202 * MS, 1, 0, 1, "request_vote"),
            Logged(202 * MS, 0, "LEAD", "leads", {"term": 1}),
            NetworkChanged(300 * MS, True, True),
            RpcDropped(310 * MS, 2, 0, 2, "request_vote", "request", "unreliable network"),
            RpcFailed(310 * MS, 2, 0, 2, "request_vote", "request lost"),
            StepBegan(400 * MS, "2", 28, "repeat 3 times"),
            StepBegan(400 * MS, "2.1", 31, "agree on a command"),
            Started(400 * MS, 0, 2**63 - 1, 1, 1, True),
            RpcSent(401 * MS, 3, 0, 1, "append_entries", 80, append),
            RpcDelivered(405 * MS, 3, 0, 1, "append_entries"),
            RpcReplied(405 * MS, 3, 0, 1, "append_entries", 12, ok),
            RpcDelayed(405 * MS, 3, 700 * MS),
            Disconnected(450 * MS, 2),
            RpcSent(460 * MS, 4, 0, 2, "append_entries", 80, append),
            ServerCrashed(500 * MS, 1, 1),
            Warned(550 * MS, "the servers log more than 8 MB"),
            ServerCreated(600 * MS, 1, 2, 10, 0),
            Logged(620 * MS, 1, "PRNT", HOSTILE, {"text": HOSTILE}),
            RpcAnswered(700 * MS, 3, 0, 1, "append_entries"),
            Applied(710 * MS, 0, 1, 1, 2**63 - 1),
            Raised(800 * MS, 2, "IndexError", "server 2 raised IndexError"),
            *(StateRead(900 * MS, server, 1, server != 1) for server in range(3)),
            TestEnded(900 * MS, "failed", "ElectionSafetyViolated: term 1 has two leaders"),
        ],
    )


def write_long(path: Path, events: int) -> None:
    """A leader that sends heartbeats for long: ``events`` events of 5 servers."""
    heartbeat = {
        "term": 1, "leader_id": 0, "prev_log_index": 4, "prev_log_term": 1, "entries": [], "leader_commit": 4,
    }  # fmt: skip
    trace = Trace(path)
    trace.emit(TestBegan(0, 1, "TestLong2C", "2C", 1, 5, "reliable", "plain"))
    for server in range(5):
        trace.emit(ServerCreated(0, server, 1, 0, 0))
        trace.emit(Connected(0, server))
    call = 0
    while trace.lines < events - 1:
        call += 1
        at, target = call * MS, 1 + call % 4
        trace.emit(RpcSent(at, call, 0, target, "append_entries", 73, heartbeat))
        trace.emit(RpcDelivered(at + 200_000, call, 0, target, "append_entries"))
        trace.emit(Logged(at + 200_000, target, "LOG2", "hears from its leader", {"term": 1}))
        trace.emit(
            RpcReplied(at + 210_000, call, 0, target, "append_entries", 12, {"term": 1, "success": True})
        )
        trace.emit(RpcAnswered(at + 500_000, call, 0, target, "append_entries"))
    trace.emit(TestEnded((call + 1) * MS, "passed", ""))
    trace.close()
