"""Nothing is answered on the strength of state that was not saved first (Raft §5.1, Figure 2: persistent state).

A granted vote, and a success that acknowledges new entries, must have a save between the moment at
which the server first heard of the vote or the entry and its reply.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from raftkit.errors import CaseFailed
from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._debts import Debts
from raftkit.oracles._sight import View
from raftkit.trace import (
    Applied,
    Event,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    Started,
)
from raftkit.trace.messages import Append, Ballot, Kind, append_of, ballot_of, flag, kind_of, number


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """An InstallSnapshot: it stands for everything up to an index."""

    index: int


class SavedFirst:
    """Compares the order of deliveries, saves and replies of each server."""

    needs = (View.BALLOT, View.VOTE, View.APPEND, View.SUCCESS)

    def __init__(self) -> None:
        self._heard: dict[int, dict[object, tuple[int, int]]] = {}
        self._leaders: dict[int, int] = {}
        self._covered: dict[int, int] = {}
        self._calls = Calls()
        self._debts = Debts()
        self._on: dict[type[Event], Callable[[Any], None]] = {
            RpcSent: self._on_sent,
            RpcDelivered: self._on_delivered,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_ended,
            RpcFailed: self._on_ended,
            Persisted: self._debts.on_saved,
            Started: self._on_started,
            Applied: self._on_applied,
            SnapshotApplied: self._on_applied,
            ServerCrashed: self._debts.on_crashed,
            ServerCreated: self._debts.on_created,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        self._debts.now += 1
        self._on[type(event)](event)

    def at_end(self) -> None:
        """Judge what is left when the steps are done."""
        self._debts.at_end()

    def _on_ended(self, event: RpcAnswered | RpcFailed) -> None:
        self._calls.done(event.call)

    def _on_started(self, event: Started) -> None:
        if event.accepted:
            self._leaders[event.term] = event.server

    def _on_applied(self, event: Applied | SnapshotApplied) -> None:
        self._covers(event.server, event.index)

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is Kind.REQUEST_VOTE:
            ballot = ballot_of(event)
            if ballot is not None:
                self._calls.sent(event, ballot)
        elif kind is Kind.INSTALL_SNAPSHOT:
            index = number(event.args, "included_index")
            if index is not None:
                self._calls.sent(event, _Snapshot(index))
        elif kind is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is not None:
                self._leaders[append.term] = event.source
                if append.terms:
                    self._calls.sent(event, append)

    def _on_delivered(self, event: RpcDelivered) -> None:
        what = self._calls.request(event.call)
        if what is None:
            return
        if isinstance(what, _Snapshot):
            self._covers(event.target, what.index)
            return
        heard = self._heard.setdefault(event.target, {})
        moment = (self._debts.now, event.at_ns)
        if isinstance(what, Append):
            for entry in enumerate(what.terms, what.prev_index + 1):
                heard.setdefault(entry, moment)
        else:
            heard.setdefault(what, moment)

    def _on_replied(self, event: RpcReplied) -> None:
        what = self._calls.request(event.call)
        if isinstance(what, Ballot):
            if flag(event.reply, "granted"):
                self._judge(event, what, lambda heard_ns: _unsaved_vote(event, what, heard_ns))
        elif (
            isinstance(what, Append) and flag(event.reply, "success") and not self._had_it(event.target, what)
        ):
            entry = (what.last_index, what.terms[-1])
            self._judge(event, entry, lambda heard_ns: _unsaved_entry(event, what, heard_ns))

    def _covers(self, server: int, index: int) -> None:
        """The server has everything up to an index, whatever messages still say."""
        self._covered[server] = max(index, self._covered.get(server, 0))

    def _had_it(self, server: int, append: Append) -> bool:
        """Whether a server had the last entry anyway: it made it, has applied it, or a snapshot covers it."""
        return (
            self._leaders.get(append.terms[-1]) == server or self._covered.get(server, 0) >= append.last_index
        )

    def _judge(self, event: RpcReplied, key: object, debt: Callable[[int], CaseFailed]) -> None:
        heard, heard_ns = self._heard[event.target][key]
        if not self._debts.saved_since(event.target, heard):
            self._debts.owe(event.target, lambda: debt(heard_ns))


def _unsaved_vote(event: RpcReplied, ballot: Ballot, heard_ns: int) -> CaseFailed:
    return breach(
        "AnsweredBeforeSaving",
        f"server {event.target} granted its vote for term {ballot.term} without saving it",
        expected="voted_for and current_term are saved before the reply (Raft §5.1, Figure 2)",
        observed=f"server {ballot.candidate}'s request arrived at {at(heard_ns)}, the vote was granted at {at(event)}, "
        "and nothing was saved in between: after a restart it can vote again in that term",
        advice="save in the handler of RequestVote, before it returns",
    )


def _unsaved_entry(event: RpcReplied, append: Append, heard_ns: int) -> CaseFailed:
    return breach(
        "AnsweredBeforeSaving",
        f"server {event.target} acknowledged index {append.last_index} without saving its log",
        expected="new entries are saved before AppendEntries is answered (Raft §5.1, Figure 2)",
        observed=f"the entry (term {append.terms[-1]}) arrived at {at(heard_ns)}, was acknowledged at {at(event)}, "
        "and nothing was saved in between: after a restart it is gone, and the leader has counted it",
        advice="save in the handler of AppendEntries wherever the log changes, before it returns",
    )
