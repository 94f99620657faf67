"""Whoever leads a term has been given the votes of a majority, in that term (Raft §5.2).

A vote is a granted reply to a RequestVote of the term that has reached its candidate; a candidate's own
counts too. A leader is judged when it first shows itself. By then one vote at least must have been read in
a reply of this run: votes may travel in other ways, and what is not seen is not judged.
"""

from collections.abc import Callable
from typing import Any

from raftkit.oracles._base import Calls, at, breach, leadership
from raftkit.oracles._sight import View
from raftkit.trace import Event, RpcAnswered, RpcFailed, RpcReplied, RpcSent, Started, StateRead, TestBegan
from raftkit.trace.messages import Kind, flag, kind_of, number


class Elected:
    """Counts each candidate's votes."""

    needs = (View.BALLOT, View.VOTE)

    def __init__(self) -> None:
        self._servers = 0
        self._judging = True
        self._has_read_a_vote = False
        self._has_strange_calls = False
        self._stood: set[tuple[int, int]] = set()
        self._votes: dict[tuple[int, int], dict[int, int]] = {}
        self._settled: set[tuple[int, int]] = set()
        self._calls = Calls()
        self._granted: set[int] = set()
        self._on: dict[type[Event], Callable[[Any], None]] = {
            TestBegan: self._on_began,
            RpcSent: self._on_sent,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_answered,
            RpcFailed: self._on_failed,
            Started: self._on_leader,
            StateRead: self._on_leader,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if self._judging:
            self._on[type(event)](event)

    def _on_began(self, event: TestBegan) -> None:
        self._servers = event.servers

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is Kind.REQUEST_VOTE:
            term = number(event.args, "term")
            self._judging = term is not None
            self._stood.add((event.source, term or 0))
            self._calls.sent(event, term)
        elif kind is None:
            self._has_strange_calls = True
        else:
            self._on_leader(event)

    def _on_replied(self, event: RpcReplied) -> None:
        if self._calls.request(event.call) is not None:
            granted = flag(event.reply, "granted")
            self._judging = granted is not None
            if granted:
                self._granted.add(event.call)

    def _on_answered(self, event: RpcAnswered) -> None:
        term = self._calls.request(event.call)
        if event.call in self._granted:
            self._has_read_a_vote = True
            self._votes.setdefault((event.source, term), {}).setdefault(event.target, event.at_ns)
        self._on_failed(event)

    def _on_failed(self, event: RpcAnswered | RpcFailed) -> None:
        self._calls.done(event.call)
        self._granted.discard(event.call)

    def _on_leader(self, event: Event) -> None:
        leads = leadership(event)
        if leads is None or leads[:2] in self._settled or not self._has_read_a_vote:
            return
        server, term, how = leads
        if self._has_strange_calls and (server, term) not in self._stood:
            return  # another message may have brought the votes
        self._settled.add((server, term))
        voters = {server, *self._votes.get((server, term), ())}
        if 2 * len(voters) <= self._servers:
            raise self._unelected(server, term, how, sorted(voters - {server}), event)

    def _unelected(self, server: int, term: int, how: str, voters: list[int], event: Event) -> Exception:
        own = ", ".join(["its own", *(f"server {voter}'s" for voter in voters)])
        return breach(
            "ElectedWithoutMajority",
            f"server {server} leads term {term} without the votes of a majority",
            expected=f"granted votes of that term from more than half of {self._servers} servers (Raft §5.2)",
            observed=f"server {server} {how} at {at(event)}; the votes that it had for term {term}: {own}"
            + self._older_votes(server, term),
            advice="is a reply dropped when the term has moved on since it was asked for? is the role tested "
            "together with the term? is a voter counted once?",
        )

    def _older_votes(self, server: int, term: int) -> str:
        """The latest vote for an earlier term: it may have been counted here."""
        older = [
            (at_ns, voter, voted_term)
            for (candidate, voted_term), voters in self._votes.items()
            if candidate == server and voted_term < term
            for voter, at_ns in voters.items()
        ]
        if not older:
            return ""
        at_ns, voter, voted_term = max(older)
        return f"; server {voter}'s for term {voted_term} reached it at {at(at_ns)}"
