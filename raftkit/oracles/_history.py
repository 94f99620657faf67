"""What facts want to know of the run so far."""

from collections.abc import Collection

from raftkit.oracles._base import leadership
from raftkit.trace import (
    Applied,
    Connected,
    Disconnected,
    Event,
    FaultBegan,
    FaultEnded,
    RpcAnswered,
    RpcDelivered,
    RpcSent,
    Started,
    StateRead,
    TestBegan,
)


class History:
    """Who is there, who led, what was accepted and applied: kept once for all facts."""

    def __init__(self) -> None:
        self.servers = 0
        self.connected: set[int] = set()
        self.leader: int | None = None
        self.leader_term = 0
        self.accepted: dict[int, list[object]] = {}
        self.applied: dict[int, object] = {}
        self.appliers: dict[int, set[int]] = {}
        self.missed: dict[int, int] = {}
        self.leader_was_cut_off = False
        self._cuts: dict[int, frozenset[tuple[int, int]]] = {}
        self._heard: dict[int, set[int]] = {}
        self._self_made: set[tuple[int, int]] = set()

    def note(self, event: Event) -> None:
        """Take in an event, after the facts have seen it."""
        match event:
            case TestBegan():
                self.servers = event.servers
                self.connected = set(range(event.servers))
            case StateRead() if event.leader and event.term >= self.leader_term:
                self.leader, self.leader_term = event.server, event.term
            case Started() if event.accepted:
                self._accept(event)
            case Applied():
                self.applied.setdefault(event.index, event.command)
                self.appliers.setdefault(event.index, set()).add(event.server)
            case Disconnected():
                self.connected.discard(event.server)
                self._leave_behind(event.server)
            case FaultBegan() if event.links:
                self._cuts[event.fault] = frozenset(event.links)
                for server in range(self.servers):
                    if not self.reaches_a_majority(server):
                        self._leave_behind(server)
            case FaultEnded():
                self._cuts.pop(event.fault, None)
            case Connected():
                self.connected.add(event.server)
            case RpcDelivered():
                self._heard.setdefault(event.target, {event.target}).add(event.source)
            case RpcAnswered():
                self._heard.setdefault(event.source, {event.source}).add(event.target)
            case RpcSent() if not self._has_heard_a_majority(event.source):
                if leads := leadership(event):
                    self._self_made.add(leads[:2])

    def reach(self, server: int, *, without: Collection[tuple[int, int]] = ()) -> set[int]:
        """With whom a server can exchange messages, itself included: both ways of a link must be open."""
        cut = frozenset(without).union(*self._cuts.values())
        others = self.connected if server in self.connected else ()
        return {server} | {
            other for other in others if (server, other) not in cut and (other, server) not in cut
        }

    def reaches_a_majority(self, server: int) -> bool:
        """Whether a server can exchange messages with so many that it could lead."""
        return 2 * len(self.reach(server)) > self.servers

    def may_be_elected(self, server: int, term: int) -> bool:
        """Whether a server can know of a majority's votes, and did so before it first acted as the term's leader."""
        return self._has_heard_a_majority(server) and (server, term) not in self._self_made

    def _has_heard_a_majority(self, server: int) -> bool:
        return 2 * len(self._heard.get(server, (server,))) > self.servers

    def _leave_behind(self, server: int) -> None:
        self.missed.setdefault(server, max(self.applied, default=0))
        self.leader_was_cut_off = self.leader_was_cut_off or server == self.leader

    def _accept(self, event: Started) -> None:
        self.accepted.setdefault(event.index, []).append(event.command)
        if event.term >= self.leader_term:
            self.leader, self.leader_term = event.server, event.term
