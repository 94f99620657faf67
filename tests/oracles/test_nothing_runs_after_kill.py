"""``nothing_runs_after_kill`` tells each place once, with all servers; many places are counted."""

from raftkit.oracles import NothingRunsAfterKill, Warns
from raftkit.trace import RanOn


def ran_on(server: int, thread: str, place: str) -> RanOn:
    stack = f"raft.py:10 in _begin\n    self._go()\n{place}\n    time.sleep(0.1)\n"
    return RanOn(0, server, thread, "its sleep to end", stack)


def told(*events: RanOn) -> list[str]:
    oracle = NothingRunsAfterKill()
    assert isinstance(oracle, Warns)
    for event in events:
        oracle(event)
    return oracle.warnings


def test_nobody_is_blamed_for_nothing() -> None:
    """As when all threads have ended."""
    assert told() == []


def test_a_place_is_told_once() -> None:
    """Whatever number Python has given to its threads."""
    (warning,) = told(
        ran_on(2, "Thread-7 (_tick)", "raft.py:20 in _tick"),
        ran_on(0, "Thread-12 (_tick)", "raft.py:20 in _tick"),
    )
    assert warning.startswith(
        "thread 'Thread-N (_tick)' of servers 0, 2 runs on after kill(), in raft.py:20 in _tick: a loop"
    )


def test_many_places_are_counted() -> None:
    """Three are enough to begin with."""
    warnings = told(*(ran_on(1, "ticker", f"raft.py:{line} in _tick") for line in range(20, 26)))
    assert len(warnings) == 4
    assert warnings[0].startswith("thread 'ticker' of server 1 runs on")
    assert warnings[-1] == "and so do threads in 3 other place(s)"
