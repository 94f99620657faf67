"""``lock_over_call`` tells each pair of places once."""

from raftkit.model import MS
from raftkit.oracles import NoLockOverCalls
from raftkit.trace import LockOverCall


def held(over: str = "the reply of S2 to append_entries", line: int = 20) -> LockOverCall:
    return LockOverCall(
        0, 1, "an RLock, taken in _tick at raft.py:12", "ticker", over, "start()", 812 * MS,
        f"raft.py:{line} in _tick\n    peer.call('append_entries', args)\n", "raft.py:40 in start\n    with self._lock:\n",
    )  # fmt: skip


def test_both_threads_and_both_places_are_told() -> None:
    """In one sentence, with what to do."""
    oracle = NoLockOverCalls()
    for event in (held(), held("the reply of S0 to append_entries")):
        oracle(event)
    assert oracle.warnings == [
        "server 1: thread 'ticker' waits for the reply of S2 to append_entries, in raft.py:20 in _tick, and holds an RLock, "
        "taken in _tick at raft.py:12; thread 'start()' has waited for that lock for 812 ms, in raft.py:40 in start: let go "
        "of a lock before a call"
    ]


def test_another_place_is_another_sentence() -> None:
    """Since it is another line to mend."""
    oracle = NoLockOverCalls()
    for event in (held(), held(line=33)):
        oracle(event)
    assert len(oracle.warnings) == 2
