"""Faults of servers: crashes now or at a certain point, and a process that stands still."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from raftkit.cluster import Cluster, Point
from raftkit.nemesis._fault import Bite, End, Fault
from raftkit.net import Link, Message


@dataclass(frozen=True, kw_only=True)
class Down(Fault):
    """Crash servers, and start and connect them again at the end; short ones that follow each other are a storm."""

    kind: ClassVar[str] = "down"

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Crash those that run."""
        struck = [(each, cluster.is_connected(each)) for each in self.servers if cluster.is_alive(each)]
        for server, _ in struck:
            bite(f"S{server} crashes")
            cluster.crash(server)

        return lambda: bring_back(cluster, struck)


def bring_back(cluster: Cluster, struck: list[tuple[int, bool]]) -> None:
    """Start servers that are down; connect those that were."""
    for server, was_connected in struck:
        if cluster.is_alive(server):
            continue  # somebody else has started it
        cluster.restart(server)
        if was_connected:
            cluster.connect(server)


WHENS: dict[str, Point] = {
    "before_save": Point.SAVING,
    "after_save": Point.SAVED,
    "before_reply": Point.REPLYING,
    "during_apply": Point.APPLYING,
}
"""Points at which a server may crash, by the names that suites use.

``before_save``: its disk loses what it was about to hold, and nobody has heard of that either. ``after_save``: the disk
has it, and nothing that follows happens. ``before_reply``: its reply is not sent, though what it speaks of was saved
since the last one. ``during_apply``: the service never takes the entry.
"""


@dataclass(frozen=True, kw_only=True)
class CrashAt(Fault):
    """Crash the first of some servers that comes to a point, the nth time that one of them does.

    Attributes:
        when: One of ``WHENS``.
        nth: Which time, from 1.
        comes_back: Whether it is started and connected again at the end, instead of staying down.
    """

    kind: ClassVar[str] = "crash"

    when: str
    nth: int = 1
    comes_back: bool = False

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Lie in wait."""
        watch = _Watch(self, cluster, bite)
        watch.remove = cluster.points.watch(watch)

        def end() -> None:
            watch.remove()
            if self.comes_back:
                bring_back(cluster, watch.struck)

        return end


class _Watch:
    """Counts how often servers come to a point, and crashes one there."""

    def __init__(self, fault: CrashAt, cluster: Cluster, bite: Bite) -> None:
        self._fault = fault
        self._cluster = cluster
        self._bite = bite
        self._point = WHENS[fault.when]
        self._left = fault.nth
        self.struck: list[tuple[int, bool]] = []
        """Whom it has crashed, and whether that one was connected."""
        self._have_saved: set[int] = set()
        self.remove: Callable[[], None] = lambda: None

    def __call__(self, server: int, point: Point) -> None:
        """A server has come to a point."""
        if server not in self._fault.servers:
            return
        is_there = point is self._point
        if self._point is Point.REPLYING:  # between a save and the reply that speaks of it
            is_there = is_there and server in self._have_saved
            self._note_save(server, point)
        if not is_there:
            return
        self._left -= 1
        if self._left == 0:
            self._bite(f"S{server} crashes, {self._fault.when.replace('_', ' ')}")
            self.struck.append((server, self._cluster.is_connected(server)))
            self._cluster.crash(server)

    def _note_save(self, server: int, point: Point) -> None:
        if point is Point.SAVED:
            self._have_saved.add(server)
        elif point is Point.REPLYING:
            self._have_saved.discard(server)


@dataclass(frozen=True, kw_only=True)
class Freeze(Fault):
    """Let processes stand still: no thread of theirs runs, their clocks move on, and all that reaches them waits.

    What was due meanwhile is due at once when they go on. It bites when a message has to wait.
    """

    kind: ClassVar[str] = "freeze"

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Stop them."""
        for server in self.servers:
            cluster.freeze(server)
        remove = cluster.network.rules.add(_Waiting(frozenset(self.servers), bite))

        def end() -> None:
            remove()
            for server in self.servers:
                cluster.thaw(server)

        return end


class _Waiting:
    """Sees messages that reach those who stand still, and lets them pass."""

    def __init__(self, servers: frozenset[int], bite: Bite) -> None:
        self._servers = servers
        self._bite = bite

    def on_sent(self, message: Message) -> None:
        """Leave it alone."""

    def on_arrival(self, link: Link) -> str:
        """Let it in."""
        if link[1] in self._servers:
            self._bite(f"a message from S{link[0]} to S{link[1]} has to wait")
        return ""


@dataclass(frozen=True, kw_only=True)
class WrongClock(Fault):
    """Set servers' clocks wrong; a restart does not mend them. It bites at once: whom it hurts shows only later.

    Attributes:
        ahead_ns: How far the clock on the wall jumps; back, below 0. Clocks of the other kind do not jump.
        drift_ppm: How many microseconds all their clocks gain a second, or lose, and with them whatever waits.
    """

    kind: ClassVar[str] = "clock"

    ahead_ns: int = 0
    drift_ppm: int = 0

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Set them wrong."""
        for server in self.servers:
            cluster.set_clock(server, ahead_ns=self.ahead_ns, drift_ppm=self.drift_ppm)
            bite(f"the clocks of S{server} are wrong")

        def end() -> None:
            for server in self.servers:
                cluster.set_clock(server)

        return end
