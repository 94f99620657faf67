"""Short histories of Raft's messages, written down event by event."""

from collections.abc import Sequence
from typing import Any

from raftkit.oracles import JudgesAtEnd, Oracle
from raftkit.trace import (
    Applied,
    Event,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    Started,
    StateRead,
    TestBegan,
)


class History:
    """Builds a list of events; each method adds one or a few, a millisecond later."""

    def __init__(self, servers: int = 3) -> None:
        self.events: list[Event] = [TestBegan(0, 1, "T", "2X", 1, servers, "reliable", "plain")]
        self._call = 0
        self._sent: dict[int, tuple[int, int, str]] = {}

    @property
    def now(self) -> int:
        return len(self.events) * 1_000_000

    def add(self, event: Event) -> "History":
        self.events.append(event)
        return self

    def send(self, source: int, target: int, method: str, **args: Any) -> int:
        self._call += 1
        self._sent[self._call] = (source, target, method)
        self.add(RpcSent(self.now, self._call, source, target, method, 10, args))
        return self._call

    def deliver(self, call: int) -> int:
        self.add(RpcDelivered(self.now, call, *self._sent[call]))
        return call

    def reply(self, call: int, **reply: Any) -> int:
        self.add(RpcReplied(self.now, call, *self._sent[call], 5, reply))
        return call

    def answer(self, call: int) -> "History":
        return self.add(RpcAnswered(self.now, call, *self._sent[call]))

    # -- requests --------------------------------------------------------------

    def stand(self, source: int, target: int, term: int) -> int:
        return self.send(source, target, "request_vote", term=term, candidate_id=source, last_log_index=0, last_log_term=0)  # fmt: skip

    def send_append(
        self, source: int, target: int, term: int, prev: tuple[int, int], entries: Sequence[tuple[int, Any]], commit: int = 0
    ) -> int:  # fmt: skip
        return self.send(
            source, target, "append_entries", term=term, leader_id=source, prev_log_index=prev[0], prev_log_term=prev[1],
            entries=[{"term": entry_term, "command": command} for entry_term, command in entries], leader_commit=commit,
        )  # fmt: skip

    # -- whole exchanges -------------------------------------------------------

    def vote(
        self, source: int, target: int, term: int, granted: bool = True, saves: bool = True
    ) -> "History":
        call = self.deliver(self.stand(source, target, term))
        if saves:
            self.save(target)
        return self.answer(self.reply(call, term=term, vote_granted=granted))

    def append(
        self,
        source: int,
        target: int,
        term: int,
        prev: tuple[int, int] = (0, 0),
        entries: Sequence[tuple[int, Any]] = (),
        commit: int = 0,
        success: bool = True,
        saves: bool = True,
        answered: bool = True,
    ) -> "History":
        call = self.deliver(self.send_append(source, target, term, prev, entries, commit))
        if saves and entries:
            self.save(target)
        self.reply(call, term=term, success=success)
        return self.answer(call) if answered else self

    def install(self, source: int, target: int, term: int, index: int, index_term: int) -> "History":
        call = self.send(source, target, "install_snapshot", term=term, last_included_index=index, last_included_term=index_term, data=b"")  # fmt: skip
        self.deliver(call)
        self.save(target)
        return self.answer(self.reply(call, term=term))

    def save(self, server: int) -> "History":
        return self.add(Persisted(self.now, server, 10, None))

    def leads(self, server: int, term: int) -> "History":
        return self.add(StateRead(self.now, server, term, True))

    def start(self, server: int, command: Any, index: int, term: int) -> "History":
        return self.add(Started(self.now, server, command, index, term, True))

    def apply(self, server: int, index: int, command: Any) -> "History":
        return self.add(Applied(self.now, server, 1, index, command))

    def snapshot_applied(self, server: int, index: int) -> "History":
        return self.add(SnapshotApplied(self.now, server, 1, index, 1, 5))

    def crash(self, server: int) -> "History":
        return self.add(ServerCrashed(self.now, server, 1))

    def restart(self, server: int) -> "History":
        self.crash(server)
        return self.add(ServerCreated(self.now, server, 2, 10, 0))


def judge(oracle: Oracle, history: History) -> None:
    """Show an oracle the events that it reads."""
    for event in history.events:
        if type(event) in oracle.reads:
            oracle(event)
    if isinstance(oracle, JudgesAtEnd):
        oracle.at_end()
