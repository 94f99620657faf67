"""Facts: what must have happened for a pass to count.

A test of crash recovery in which nobody crashed has passed nothing. Each fact is a question to the
trace that is answered yes at the first event that shows it. Facts read what every implementation
shows, whatever its messages are called: who says that it leads, who has heard from whom, what is applied,
which faults struck.
"""

from collections.abc import Callable

from raftkit.oracles._history import History
from raftkit.trace import (
    Applied,
    Disconnected,
    Event,
    FaultBegan,
    RpcDelayed,
    RpcDropped,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    SnapshotTaken,
    Started,
    StateRead,
)

Fact = Callable[[Event, History], bool]


def leader_elected(event: Event, history: History) -> bool:
    """a server said that it leads, and had heard from a majority before it did"""
    return type(event) is StateRead and event.leader and history.may_be_elected(event.server, event.term)


def leader_replaced(event: Event, history: History) -> bool:
    """a server led a later term than the leader that was cut off"""
    return (
        type(event) is StateRead
        and event.leader
        and history.leader_was_cut_off
        and event.term > history.leader_term
    )


def leader_cut_off(event: Event, history: History) -> bool:
    """a leader was cut off from all others, or crashed, while it led"""
    if type(event) is FaultBegan:
        return history.leader is not None and _is_cut_off(event, history, history.leader)
    return type(event) in (Disconnected, ServerCrashed) and event.server == history.leader  # type: ignore[attr-defined]


def leader_cut_from_majority(event: Event, history: History) -> bool:
    """a leader was left without a majority of the servers"""
    leader = history.leader
    if leader is None:
        return False
    if type(event) is FaultBegan:
        return bool(event.links) and 2 * len(history.reach(leader, without=event.links)) <= history.servers
    left = history.reach(leader) - {event.server} if type(event) is Disconnected else {leader}
    return type(event) is Disconnected and (leader not in left or 2 * len(left) <= history.servers)


def leader_crashed(event: Event, history: History) -> bool:
    """a leader crashed"""
    return type(event) is ServerCrashed and event.server == history.leader


def server_cut_off(event: Event, history: History) -> bool:
    """a server was cut off from all others, or crashed"""
    if type(event) is FaultBegan:
        return any(_is_cut_off(event, history, server) for server in range(history.servers))
    return type(event) in (Disconnected, ServerCrashed)


def _is_cut_off(event: FaultBegan, history: History, server: int) -> bool:
    """Whether a fault takes from a server the last one that it could talk to."""
    return len(history.reach(server)) > 1 and len(history.reach(server, without=event.links)) == 1


def applied_everywhere(event: Event, history: History) -> bool:
    """all servers applied a command"""
    if type(event) is not Applied:
        return False
    return len(history.appliers.get(event.index, set()) | {event.server}) == history.servers


def caught_up(event: Event, history: History) -> bool:
    """a server that had been cut off applied what was committed without it"""
    return (
        type(event) is Applied
        and event.server in history.connected
        and event.index in history.applied
        and event.index > history.missed.get(event.server, 1 << 62)
        and history.reaches_a_majority(event.server)
    )


def commands_in_flight(event: Event, history: History) -> bool:
    """a leader accepted a command before the one before it was applied"""
    return (
        type(event) is Started
        and event.accepted
        and event.index - 1 in history.accepted
        and event.index - 1 not in history.applied
    )


def entry_overwritten(event: Event, history: History) -> bool:
    """another command was applied at an index than the one that a leader had accepted there"""
    if type(event) is not Applied:
        return False
    return any(command != event.command for command in history.accepted.get(event.index, ()))


def messages_lost(event: Event, history: History) -> bool:
    """the unreliable network lost a request or a reply"""
    return type(event) is RpcDropped and event.why == "unreliable network"


def replies_reordered(event: Event, history: History) -> bool:
    """a reply was held back long enough to be overtaken"""
    return type(event) is RpcDelayed and not event.why


def restarted_with_state(event: Event, history: History) -> bool:
    """a server restarted from Raft state that it had saved"""
    return type(event) is ServerCreated and event.incarnation > 1 and event.state_bytes > 0


def restarted_with_snapshot(event: Event, history: History) -> bool:
    """a server restarted from a snapshot that it had saved"""
    return type(event) is ServerCreated and event.incarnation > 1 and event.snapshot_bytes > 0


def snapshot_taken(event: Event, history: History) -> bool:
    """a service made a snapshot and handed it to its Raft"""
    return type(event) is SnapshotTaken


def snapshot_installed(event: Event, history: History) -> bool:
    """a service took a snapshot from its Raft in place of entries"""
    return type(event) is SnapshotApplied and event.index > 0


FACTS: dict[str, Fact] = {
    fact.__name__: fact
    for fact in (
        leader_elected,
        leader_replaced,
        leader_cut_off,
        leader_cut_from_majority,
        leader_crashed,
        server_cut_off,
        applied_everywhere,
        caught_up,
        commands_in_flight,
        entry_overwritten,
        messages_lost,
        replies_reordered,
        restarted_with_state,
        restarted_with_snapshot,
        snapshot_taken,
        snapshot_installed,
    )
}
"""Every fact by the name that a suite's ``must_happen`` uses; its docstring completes the sentence."""


class FactFinder:
    """Watches a run for the facts that a test must show.

    Attributes:
        missing: Those that have not happened yet, in the suite's order.
    """

    def __init__(self, names: tuple[str, ...]) -> None:
        self.missing = list(names)
        self._history = History()

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if self.missing:
            self.missing = [name for name in self.missing if not FACTS[name](event, self._history)]
            self._history.note(event)


def describe_fact(name: str) -> str:
    """What a fact says, as the end of a sentence."""
    return (FACTS[name].__doc__ or name).strip()
