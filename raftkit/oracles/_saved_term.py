"""A server that goes on to a later term saves it before it acts in it (Raft §5.1, Figure 2: persistent state).

A server that grants its vote, or accepts a leader's AppendEntries, is in the term of that request at some
moment after the request has arrived. When the same server later does so for a higher term, or stands in
one, it must have saved since. Where it was between, and how it learned of the new term, makes no
difference; nor do refusals, whose term may be an echo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from raftkit.errors import CaseFailed
from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._debts import Debts
from raftkit.oracles._sight import View
from raftkit.trace import (
    Event,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
)
from raftkit.trace.messages import Kind, ballot_of, flag, kind_of, number

_YES = {Kind.REQUEST_VOTE: "granted", Kind.APPEND_ENTRIES: "success"}
_DEEDS = {Kind.REQUEST_VOTE: "granted a vote in", Kind.APPEND_ENTRIES: "accepted the leader of"}


@dataclass(frozen=True, slots=True)
class _Stay:
    """A server was in a term at some moment after ``since``."""

    term: int
    since: int
    since_ns: int


class SavedTerm:
    """Follows each server from term to term."""

    needs = (View.BALLOT, View.VOTE, View.APPEND, View.SUCCESS)

    def __init__(self) -> None:
        self._stays: dict[int, _Stay] = {}
        self._terms = Calls()
        self._arrived: dict[int, _Stay] = {}
        self._debts = Debts()
        self._on: dict[type[Event], Callable[[Any], None]] = {
            RpcSent: self._on_sent,
            RpcDelivered: self._on_delivered,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_ended,
            RpcFailed: self._on_ended,
            Persisted: self._debts.on_saved,
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
        self._terms.done(event.call)
        self._arrived.pop(event.call, None)

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind not in _YES:
            return
        ballot = ballot_of(event) if kind is Kind.REQUEST_VOTE else None
        if ballot is not None:
            self._judge(event.source, ballot.term, event, "stood for election in")
        if ballot is not None or kind is Kind.APPEND_ENTRIES:
            self._terms.sent(event, number(event.args, "term"))

    def _on_delivered(self, event: RpcDelivered) -> None:
        term = self._terms.request(event.call)
        if term is not None:
            self._arrived[event.call] = _Stay(term, self._debts.now, event.at_ns)

    def _on_replied(self, event: RpcReplied) -> None:
        stay = self._arrived.get(event.call)
        if stay is None:
            return
        kind = kind_of(event.method)
        assert kind is not None
        if flag(event.reply, _YES[kind]) and number(event.reply, "term") == stay.term:
            self._judge(event.target, stay.term, event, _DEEDS[kind])
            before = self._stays.get(event.target)
            if before is None or (stay.term, stay.since) > (before.term, before.since):
                self._stays[event.target] = stay

    def _judge(self, server: int, term: int, event: RpcSent | RpcReplied, deed: str) -> None:
        stay = self._stays.get(server)
        if stay is not None and term > stay.term and not self._debts.saved_since(server, stay.since):
            self._debts.owe(server, lambda: _unsaved(server, stay, term, event, deed))


def _unsaved(server: int, stay: _Stay, term: int, event: Event, deed: str) -> CaseFailed:
    return breach(
        "TermNotSaved",
        f"server {server} acted in term {term} without saving it",
        expected="current_term is saved before a server answers in it (Raft §5.1, Figure 2)",
        observed=f"it {deed} term {term} at {at(event)}; it was in term {stay.term} after {at(stay.since_ns)}, and has "
        "saved nothing since: after a restart it is in the old term again, and follows leaders of the past",
        advice="save wherever current_term changes, also when a request or a reply brings a higher one",
    )
