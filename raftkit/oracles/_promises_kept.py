"""A follower keeps what it has acknowledged to a leader for as long as that leader's term lasts (Raft §5.3, Figure 13).

By accepting entries it says that its log is the leader's, up to the last of them. A leader never drops
entries, so that the follower has no reason to refuse a later message of the same term that begins within.
Some refusals are harmless, and not judged: of messages that others have overtaken, of those that begin where
the follower may know that all is committed, and while its service has not taken a snapshot yet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._sight import View
from raftkit.trace import (
    Applied,
    Event,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    SnapshotApplied,
    SnapshotTaken,
)
from raftkit.trace.messages import Append, Kind, append_of, flag, kind_of, number


@dataclass(frozen=True, slots=True)
class _Install:
    """An InstallSnapshot request."""

    term: int
    index: int


@dataclass(slots=True)
class _Follower:
    """What is known of a follower in the term of one leader.

    Attributes:
        index: It has acknowledged the leader's log up to there, at ``at_ns``.
        newest: The latest call of the leader that has arrived.
        committed: It may know that all up to there is committed.
        snapshot: The last index of the newest snapshot that has arrived.
    """

    term: int
    index: int = 0
    at_ns: int = 0
    newest: int = 0
    committed: int = 0
    snapshot: int = 0


class PromisesKept:
    """Follows what followers acknowledge, and what they refuse."""

    needs = (View.APPEND, View.SUCCESS)

    def __init__(self) -> None:
        self._followers: dict[int, _Follower] = {}
        self._applied: dict[int, int] = {}
        self._calls = Calls()
        self._promised: dict[int, tuple[int, int]] = {}
        self._on: dict[type[Event], Callable[[Any], None]] = {
            RpcSent: self._on_sent,
            RpcDelivered: self._on_delivered,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_ended,
            RpcFailed: self._on_ended,
            Applied: self._on_applied,
            SnapshotApplied: self._on_applied,
            SnapshotTaken: self._on_applied,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        self._on[type(event)](event)

    def _on_applied(self, event: Applied | SnapshotApplied | SnapshotTaken) -> None:
        self._applied[event.server] = max(event.index, self._applied.get(event.server, 0))

    def _on_ended(self, event: RpcAnswered | RpcFailed) -> None:
        self._calls.done(event.call)
        self._promised.pop(event.call, None)

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is not None:
                self._calls.sent(event, append)
        elif kind is Kind.INSTALL_SNAPSHOT:
            term, index = number(event.args, "term"), number(event.args, "included_index")
            if term is not None and index is not None:
                self._calls.sent(event, _Install(term, index))

    def _on_delivered(self, event: RpcDelivered) -> None:
        what = self._calls.request(event.call)
        if what is None:
            return
        follower = self._followers.get(event.target)
        if follower is None or what.term > follower.term:
            follower = self._followers[event.target] = _Follower(what.term)
        elif what.term < follower.term:
            return
        if isinstance(what, _Install):
            follower.snapshot = max(what.index, follower.snapshot)
            return
        if event.call > follower.newest:
            follower.newest = event.call
            if self._has_promised(event.target, follower, what.prev_index):
                self._promised[event.call] = (follower.index, follower.at_ns)
        follower.committed = max(min(what.commit or 0, what.last_index), follower.committed)

    def _has_promised(self, server: int, follower: _Follower, index: int) -> bool:
        """Whether a follower cannot refuse a message that begins behind an index."""
        applied = self._applied.get(server, 0)
        harmless = max(follower.committed, follower.snapshot, applied)
        return harmless < index <= follower.index and follower.snapshot <= applied

    def _on_replied(self, event: RpcReplied) -> None:
        append, follower = self._calls.request(event.call), self._followers.get(event.target)
        if not isinstance(append, Append) or follower is None or append.term != follower.term:
            return
        accepted = flag(event.reply, "success")
        if accepted is None or number(event.reply, "term") != append.term:
            return
        if not accepted and event.call in self._promised:
            raise _lost(event, append, *self._promised[event.call])
        if accepted and append.terms and append.last_index > follower.index:
            follower.index, follower.at_ns = append.last_index, event.at_ns


def _lost(event: RpcReplied, append: Append, index: int, at_ns: int) -> Exception:
    return breach(
        "AcknowledgedEntryLost",
        f"server {event.target} has lost index {append.prev_index}, which it had acknowledged in term {append.term}",
        expected="a follower keeps what it has acknowledged, also behind a snapshot that it installs: the leader has "
        "counted it (Raft §5.3, Figure 13, rule 6)",
        observed=f"server {event.target} acknowledged all up to index {index} at {at(at_ns)}; at {at(event)} it "
        f"refuses what follows index {append.prev_index}, from the same leader, server {event.source}",
        advice="what cuts the log: a snapshot that covers only a part of it, or a message that others have overtaken?",
    )
