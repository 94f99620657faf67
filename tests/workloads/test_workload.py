"""Clients at work: the reference serves them well in any weather, and whoever cuts a corner is convicted by what they saw."""

import pytest
from weather import (
    MUTANTS,
    Unjudged,
    calm,
    changeable,
    everybody_crashes,
    leaders_cut_off,
    nobody_hears_anybody,
    run,
)

from raftkit.linearizability import HistoryRecorder, Outcome
from raftkit.trace import OperationCalled, OperationReturned, SnapshotApplied, SnapshotTaken
from raftkit.workloads import WorkloadOptions


@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("model", ["register", "list_append"])
def test_the_reference_passes_in_changeable_weather(seed: int, model: str) -> None:
    """Twenty runs with crashes and partitions, half of them with snapshots, half of them with losses."""
    snapshots, unreliable = seed % 2 == 0, seed % 4 < 2
    ran = run(seed, changeable, model=model, servers=3, snapshots=snapshots, unreliable=unreliable)
    assert ran.kind == "passed", ran.failure
    history = HistoryRecorder()
    for event in ran.events:
        history(event)
    assert sum(operation.outcome is Outcome.OK for operation in history.operations()) > 50
    assert snapshots == any(isinstance(event, SnapshotTaken) for event in ran.events)


def test_a_replica_is_made_anew_from_an_installed_snapshot() -> None:
    """Who was cut off gets one, and answers from it; otherwise the first seeds above would show nothing of that."""
    runs = [run(seed, changeable, snapshots=True) for seed in (2, 4, 6)]
    assert [ran.kind for ran in runs] == ["passed"] * 3
    assert any(isinstance(event, SnapshotApplied) for ran in runs for event in ran.events)


def test_gets_that_go_past_the_log_are_convicted() -> None:
    """A leader that was deposed and does not know answers with what was: why gets go through the log."""
    options = WorkloadOptions(reads_through_log=False)
    kinds = [run(seed, leaders_cut_off, servers=5, options=options).kind for seed in range(1, 6)]
    assert kinds == ["NotLinearizable"] * 5
    assert run(1, leaders_cut_off, servers=5).kind == "passed"


def test_carrying_out_a_retried_request_twice_is_convicted() -> None:
    """Without sessions an append shows twice: why clients number their requests."""
    options = WorkloadOptions(sessions=False)
    runs = [
        run(seed, changeable, model="list_append", options=options, unreliable=True)
        for seed in (1, 3, 4, 5, 7)
    ]
    assert [ran.kind for ran in runs] == ["NotLinearizable"] * 5
    assert run(1, changeable, model="list_append", unreliable=True).kind == "passed"


def test_lost_commands_are_convicted_by_clients_alone() -> None:
    """No oracle looks, and the tester's own checks do not either."""
    broken = MUTANTS / "forgets_everything.py"
    kinds = [
        run(seed, everybody_crashes, implementation=broken, cluster_of=Unjudged).kind for seed in range(1, 6)
    ]
    assert kinds == ["NotLinearizable"] * 5
    assert run(1, everybody_crashes, cluster_of=Unjudged).kind == "passed"


def test_the_failure_tells_and_draws_what_was_seen() -> None:
    """Who saw what, after what; and a picture of no more than a handful of operations."""
    ran = run(1, leaders_cut_off, servers=5, options=WorkloadOptions(reads_through_log=False))
    assert ran.failure is not None
    assert ran.failure.summary.startswith("client ")
    assert "finds no place" in ran.failure.details
    assert "├─" in ran.failure.details
    assert len(ran.failure.details.splitlines()) < 20


def test_no_answer_at_all_proves_nothing() -> None:
    """Nobody can say that such a service contradicts itself, nor that it works."""
    ran = run(1, nobody_hears_anybody)
    assert ran.kind == "NothingAnswered"
    assert {e.outcome for e in ran.events if isinstance(e, OperationReturned)} <= {"info", "fail"}


def test_every_operation_is_in_the_trace_from_its_call_to_its_end() -> None:
    """One client does one thing at a time, and all bear different numbers."""
    ran = run(1, calm)
    under_way: dict[int, int] = {}
    calls = 0
    for event in ran.events:
        if isinstance(event, OperationCalled):
            assert event.client not in under_way
            under_way[event.client] = event.operation
            calls += 1
            assert event.operation == calls
        elif isinstance(event, OperationReturned):
            assert under_way.pop(event.client) == event.operation
    assert calls > 50
    assert under_way == {}


def test_one_seed_gives_one_run() -> None:
    """Byte for byte, with crashes, losses and retries; and another seed another one."""
    first, second = (run(3, changeable, unreliable=True, snapshots=True).digest for _ in range(2))
    assert first == second
    assert run(4, changeable, unreliable=True, snapshots=True).digest != first
