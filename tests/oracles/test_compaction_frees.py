"""``compaction_frees`` convicts whoever keeps what its snapshots cover, on disk or in memory, and nobody who lags a little."""

import pytest

from raftkit.errors import CaseFailed
from raftkit.model import SECOND
from raftkit.oracles import CompactionFrees, JudgesHoldings
from raftkit.trace import (
    Applied,
    Event,
    Persisted,
    RpcDelivered,
    RpcSent,
    SnapshotApplied,
    SnapshotTaken,
    Started,
    TestBegan,
)

STEP_NS = SECOND // 10
ENTRY_BYTES = 15
BARE_BYTES = 30


class Life:
    """Server 0 leads: it takes commands, saves, applies and makes a snapshot every ten of them, a tenth of a second each."""

    def __init__(self, *, service: str = "snapshotting", entry_bytes: int = ENTRY_BYTES) -> None:
        self.oracle = CompactionFrees()
        self.now_ns = 0
        self.index = 0
        self.entry_bytes = entry_bytes
        self.show(TestBegan(0, 1, "T", "2D", 1, 3, "reliable", service))

    def show(self, event: Event) -> None:
        if type(event) in self.oracle.reads:
            self.oracle(event)

    def save(self, entries: int, *, server: int = 0) -> None:
        self.show(Persisted(self.now_ns, server, BARE_BYTES + self.entry_bytes * entries, None))

    def grow(self, commands: int, kept: "list[int] | None" = None, *, command: object = 123456789) -> None:
        """Take commands; ``kept`` says how many entries each save holds, all behind the latest snapshot without it."""
        for number in range(commands):
            self.now_ns += STEP_NS
            self.index += 1
            self.show(Started(self.now_ns, 0, command, self.index, 1, True))
            self.save(kept[number] if kept else self.index % 10 + 1)
            self.show(Applied(self.now_ns, 0, 1, self.index, command))
            if self.index % 10 == 9:
                self.show(SnapshotTaken(self.now_ns, 0, self.index, 100))


def test_what_is_cut_in_time_is_nobodys_business():
    """Ten entries, and a few in flight."""
    life = Life()
    life.save(0)
    life.grow(500)
    life.oracle.judge_held(0, 15, life.now_ns)


@pytest.mark.parametrize("service", ["snapshotting", "staggered"])
def test_a_log_that_is_never_cut(service):
    """It grows by what an entry costs, until that is far more than what lies behind the snapshot."""
    life = Life(service=service)
    life.save(0)
    with pytest.raises(CaseFailed) as caught:
        life.grow(500, [*range(1, 501)])
    failure = caught.value.failure
    assert failure.kind == "SavedStateGrows"
    assert failure.summary.startswith("server 0 saves ")
    assert "a snapshot up to index " in failure.observed
    assert 80 < life.index < 200


def test_an_implementation_with_large_entries_is_measured_by_them():
    """The same log in an encoding of ten times the size is as sound, and as wrong."""
    sound = Life(entry_bytes=10 * ENTRY_BYTES)
    sound.save(0)
    sound.grow(500)
    wrong = Life(entry_bytes=10 * ENTRY_BYTES)
    wrong.save(0)
    with pytest.raises(CaseFailed):
        wrong.grow(500, [*range(1, 501)])
    assert 40 < wrong.index < 200


def test_a_command_that_is_longer_than_all_before():
    """What it costs is not known yet: more is allowed."""
    life = Life()
    life.save(0)
    life.grow(200)
    life.entry_bytes = 300
    life.grow(5, command="x" * 280)


def test_a_cut_may_come_a_snapshot_later():
    """And somebody who makes many in a second need not keep up with them."""
    life = Life()
    life.save(0)
    life.grow(300, [number % 20 + 10 for number in range(300)])
    for _ in range(40):
        life.index += 10
        life.show(Started(life.now_ns, 0, 1, life.index, 1, True))
        life.show(SnapshotTaken(life.now_ns, 0, life.index, 100))
        life.save(min(400, life.index - 290))


def test_a_leader_without_a_majority_may_have_a_long_tail():
    """What it was handed counts as its own, and what a follower was sent."""
    life = Life()
    life.save(0)
    life.grow(50)
    for _ in range(300):
        life.now_ns += STEP_NS
        life.index += 1
        life.show(Started(life.now_ns, 0, 7, life.index, 1, True))
        life.save(life.index - 40)
    life.oracle.judge_held(0, 310, life.now_ns)
    entries = [{"term": 1, "command": 7}] * 300
    args = {"term": 1, "prev_log_index": 50, "prev_log_term": 1, "entries": entries, "leader_commit": 0}
    life.show(SnapshotApplied(life.now_ns, 1, 1, 49, 1, 10))
    life.show(RpcSent(life.now_ns, 1, 0, 1, "append_entries", 9, args))
    life.show(RpcDelivered(life.now_ns, 1, 0, 1, "append_entries"))
    life.save(300, server=1)


@pytest.mark.parametrize("service", ["snapshotting", "staggered"])
def test_entries_that_can_still_be_reached(service):
    """Three times as many as there may be, and a few more."""
    life = Life(service=service)
    assert isinstance(life.oracle, JudgesHoldings)
    life.save(0)
    life.grow(300)
    with pytest.raises(CaseFailed) as caught:
        life.oracle.judge_held(0, 300, life.now_ns)
    failure = caught.value.failure
    assert failure.kind == "EntriesKept"
    assert failure.summary.startswith("server 0 can still reach 300 log entries, and has at most ")


@pytest.mark.parametrize("entries", [-1, 0, 60])
def test_few_entries_or_none_that_look_like_some(entries):
    """What cannot be seen is not judged."""
    life = Life()
    life.save(0)
    life.grow(300)
    life.oracle.judge_held(0, entries, life.now_ns)


def test_a_service_without_snapshots_has_nothing_to_cut():
    """Nor has anybody before the first one."""
    life = Life(service="plain")
    life.grow(9, [*range(1, 10)])
    life.save(5000)
    life.oracle.judge_held(0, 5000, life.now_ns)
    young = Life()
    young.save(5000)
    young.oracle.judge_held(0, 5000, 0)


def test_messages_that_cannot_be_read_leave_everybody_alone():
    """How much a follower has been sent is not known then."""
    life = Life()
    life.save(0)
    life.show(RpcSent(0, 1, 0, 1, "append_entries", 9, {"payload": "…"}))
    life.grow(500, [*range(1, 501)])
    life.oracle.judge_held(0, 500, life.now_ns)
