"""An entry is committed only when a majority has it, and it is of its leader's own term (Raft §5.3, §5.4.2).

Seen from the wire: a leader may raise its commit index to what a majority has acknowledged in its
term, itself included, and only up to an entry of that term; entries of earlier terms are committed along
with it, never by counting (Figure 8). A follower may apply what some leader has committed.

Judged only where all AppendEntries of a run are understood.
"""

from collections.abc import Callable, Iterable
from typing import Any

from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._sight import View
from raftkit.trace import (
    Applied,
    Event,
    RpcAnswered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    SnapshotApplied,
    TestBegan,
)
from raftkit.trace.messages import Append, Kind, append_of, flag, kind_of, number


class _Reign:
    """What is known of a leader's term: its log as it sent it, and who acknowledged how much."""

    def __init__(self, leader: int) -> None:
        self.leader = leader
        self.terms: dict[int, int] = {}
        self.match: dict[int, int] = {}

    def holders(self, index: int) -> list[int]:
        """The servers that have an index as far as the leader can know, itself first."""
        return [self.leader, *(server for server, match in sorted(self.match.items()) if match >= index)]

    def majority_has(self, servers: int) -> int:
        """The highest index that a majority has acknowledged; the leader has everything."""
        others = sorted(self.match.values(), reverse=True)
        needed = servers // 2  # beside the leader
        return others[needed - 1] if 0 < needed <= len(others) else 0


class CommitSafety:
    """Follows every leader's commit index."""

    needs = (View.APPEND, View.COMMIT, View.SUCCESS)

    def __init__(self) -> None:
        self._servers = 0
        self._judging = True
        self._committed = 0
        self._reigns: dict[int, _Reign] = {}
        self._latest: dict[int, int] = {}
        self._calls = Calls()
        self._succeeded: dict[int, tuple[int, int, int]] = {}
        self._on: dict[type[Event], Callable[[Any], None]] = {
            TestBegan: self._on_began,
            RpcSent: self._on_sent,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_answered,
            RpcFailed: self._on_failed,
            Applied: self._on_applied,
            SnapshotApplied: self._on_snapshot,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        self._on[type(event)](event)

    def _on_began(self, event: TestBegan) -> None:
        self._servers = event.servers

    def _on_failed(self, event: RpcFailed) -> None:
        self._calls.done(event.call)
        self._succeeded.pop(event.call, None)

    def _on_snapshot(self, event: SnapshotApplied) -> None:
        self._committed = max(self._committed, event.index)

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is None or append.commit is None:
                self._judging = False
                return
            self._calls.sent(event, (append.term, append.last_index))
            reign = self._reign(event.source, append.term)
            _learn(reign, append)
            if append.commit > self._committed:
                self._justify(reign, append.term, append.commit, event, f"says leader_commit={append.commit}")
        elif kind is Kind.INSTALL_SNAPSHOT:
            term, index = number(event.args, "term"), number(event.args, "included_index")
            if term is not None and index is not None:
                self._reign(event.source, term)
                self._calls.sent(event, (term, index))

    def _reign(self, leader: int, term: int) -> _Reign:
        reign = self._reigns.get(term)
        if reign is None:
            reign = self._reigns[term] = _Reign(leader)
        self._latest[leader] = max(term, self._latest.get(leader, 0))
        return reign

    def _on_replied(self, event: RpcReplied) -> None:
        what = self._calls.request(event.call)
        if what is None:
            return
        is_append = kind_of(event.method) is Kind.APPEND_ENTRIES
        accepted = flag(event.reply, "success") if is_append else number(event.reply, "term") == what[0]
        if accepted:
            self._succeeded[event.call] = (what[0], event.target, what[1])

    def _on_answered(self, event: RpcAnswered) -> None:
        self._calls.done(event.call)
        ack = self._succeeded.pop(event.call, None)
        if ack is not None and ack[1] != event.source:
            term, follower, index = ack
            match = self._reigns[term].match
            match[follower] = max(index, match.get(follower, 0))

    def _on_applied(self, event: Applied) -> None:
        server, index = event.server, event.index
        if index <= self._committed:
            return
        term = self._latest.get(server)
        if term is None:
            if self._judging and self._reigns:
                raise _unheard(server, index, event)
            return
        self._justify(self._reigns[term], term, index, event, f"applies index {index}")

    def _justify(self, reign: _Reign, term: int, index: int, event: Event, how: str) -> None:
        if self._judging and self._servers > 1:
            reached = reign.majority_has(self._servers)
            if index > reached:
                raise _no_majority(reign, term, index, reign.holders(index), self._servers, event, how)
            # What lies below an entry of the leader's own term is committed along with it; terms never
            # fall along a log, so the entry furthest up decides.
            reached_term = reign.terms.get(reached)
            if reached_term is not None and reached_term < term:
                raise _old_term(reign, term, index, reached_term, event, how)
        self._committed = index


def _learn(reign: _Reign, append: Append) -> None:
    reign.terms[append.prev_index] = append.prev_term
    for index, term in enumerate(append.terms, append.prev_index + 1):
        reign.terms[index] = term


def _names(servers: Iterable[int]) -> str:
    return ", ".join(f"server {server}" for server in servers)


def _no_majority(
    reign: _Reign, term: int, index: int, holders: list[int], servers: int, event: Event, how: str
) -> Exception:
    return breach(
        "CommittedWithoutMajority",
        f"the leader of term {term} commits index {index} without a majority",
        expected=f"more than half of {servers} servers have acknowledged it in term {term} (Raft §5.3)",
        observed=f"server {reign.leader} {how} at {at(event)}; as far as it can know, it is on {_names(holders)}",
        advice="which match_index does the leader count: what a reply proved, or what was sent? is a refusal counted?",
    )


def _old_term(reign: _Reign, term: int, index: int, entry_term: int, event: Event, how: str) -> Exception:
    return breach(
        "CommittedOldTerm",
        f"the leader of term {term} commits index {index}, of term {entry_term}, by counting",
        expected="a leader counts replicas only for entries of its own term (Raft §5.4.2, Figure 8)",
        observed=f"server {reign.leader} {how} at {at(event)}",
        advice="test log[n].term == current_term before commit_index moves to n",
    )


def _unheard(server: int, index: int, event: Event) -> Exception:
    return breach(
        "AppliedUncommitted",
        f"server {server} applied index {index}, which no leader had committed",
        expected="a server applies what some leader's commit index has reached (Raft §5.3)",
        observed=f"it was applied at {at(event)}; server {server} never led",
        advice="is commit_index taken from leader_commit, and kept below the last entry that the message vouches for?",
    )
