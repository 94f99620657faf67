"""The current term of a server never goes down, over restarts neither (Raft §5.1, Figure 2).

Judged by what a server shows, in the order in which it did it. A vote or an acknowledgement shows its term after its
request has arrived; so whatever the server showed before that may not be later. What it sends may have been made
long ago, and proves a term that it has reached, but not that it is still there. After a restart all of this is new: it
must not be below what others had built on, a vote, an acknowledgement, or that it leads.
"""

from collections.abc import Callable
from typing import Any

from raftkit.model import SECOND
from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._sight import View
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    Started,
    StateRead,
)
from raftkit.trace.messages import kind_of, number
from raftkit.trace.terms import Shown, shown_by

STALE_NS = 1 * SECOND
"""What is read from a server is no older than that when it is told, however many of its threads run in between."""


_Latest = dict[int, Shown]


class TermsNeverGoBack:
    """Follows each server from term to term, and from life to life."""

    needs = (View.BALLOT, View.VOTE, View.SUCCESS)

    def __init__(self) -> None:
        self._reached: _Latest = {}  # the latest term of each server in this life
        self._promised: _Latest = {}  # the latest term in which others build on it, in any life
        self._before: _Latest = {}  # the same, as it was at its last crash
        self._calls = Calls()
        self._at_arrival: dict[tuple[int, int], Shown | None] = {}  # by server and call
        self._on_their_way: dict[int, Shown] = {}
        self._on: dict[type[Event], Callable[[Any], None]] = {
            RpcSent: self._on_sent,
            RpcDelivered: self._on_delivered,
            RpcReplied: self._on_replied,
            RpcAnswered: self._on_ended,
            RpcFailed: self._on_ended,
            StateRead: self._on_told,
            Started: self._on_told,
            ServerCrashed: self._on_crashed,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        self._on[type(event)](event)

    def _on_crashed(self, event: ServerCrashed) -> None:
        server = event.server
        self._reached.pop(server, None)
        for key in [key for key in self._at_arrival if key[0] == server]:
            del self._at_arrival[key]
        if server in self._promised:
            self._before[server] = self._promised[server]

    # -- what the tester is told -----------------------------------------------

    def _on_told(self, event: StateRead | Started) -> None:
        now = shown_by(event)
        if now is None:
            return
        reached = self._reached.get(now.server)
        if reached is not None and reached.by.at_ns < event.at_ns - STALE_NS:
            _judge(reached, now)
        self._note(now)

    # -- messages ----------------------------------------------------------------

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is None:
            return
        now = shown_by(event)
        if now is not None:
            self._note(now)
        term = number(event.args, "term")
        if term is not None:
            self._calls.sent(event, (kind, term, now))

    def _on_delivered(self, event: RpcDelivered) -> None:
        what = self._calls.request(event.call)
        if what is None:
            return
        sent: Shown | None = what[2]
        if sent is not None:
            self._others_build_on(sent)
        self._at_arrival.setdefault((event.target, event.call), self._reached.get(event.target))

    def _on_replied(self, event: RpcReplied) -> None:
        what = self._calls.request(event.call)
        if what is None:
            return
        now = shown_by(event, what[0], what[1])
        if now is None:
            return
        before = self._at_arrival.get((event.target, event.call))
        if before is not None:
            _judge(before, now)
        self._note(now)
        if not event.copy:  # what a copy is answered with reaches nobody
            self._on_their_way[event.call] = now

    def _on_ended(self, event: RpcAnswered | RpcFailed) -> None:
        reply = self._on_their_way.pop(event.call, None)
        if reply is not None and type(event) is RpcAnswered:
            self._others_build_on(reply)
        self._calls.done(event.call)
        self._at_arrival.pop((event.target, event.call), None)

    # -- terms -------------------------------------------------------------------

    def _note(self, now: Shown) -> None:
        """A server shows a term: not an earlier one than others built on before its restart."""
        server = now.server
        if server in self._before:
            _judge(self._before[server], now, restarted=True)
        reached = self._reached.get(server)
        if reached is None or now.term > reached.term:
            self._reached[server] = now

    def _others_build_on(self, seen: Shown) -> None:
        known = self._promised.get(seen.server)
        if seen.is_promise and (known is None or seen.term > known.term):
            self._promised[seen.server] = seen


def _judge(before: Shown, now: Shown, *, restarted: bool = False) -> None:
    if now.term >= before.term:
        return
    server, life = now.server, ", after a restart" if restarted else ""
    raise breach(
        "TermWentBack",
        f"server {server} went back from term {before.term} to term {now.term}{life}",
        expected="current_term only grows, also over a restart: whoever is in a later term takes no part in "
        "earlier ones (Raft §5.1, Figure 2)",
        observed=f"{_told(before)}; {_told(now)}",
        advice="is current_term saved whenever it changes, and read back before anything else?"
        if restarted
        else "is current_term ever set to a term that was not compared with it? is an older request refused?",
    )


def _told(shown: Shown) -> str:
    return f"server {shown.server} {shown.deed}, term {shown.term}, at {at(shown.by)}"
