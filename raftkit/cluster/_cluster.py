"""Servers on a network: start, crash, restart, connect, disconnect, and ask.

A *disconnected* server runs on behind cut links. A *crashed* one is gone; what it saved is copied for
its next incarnation, so that nothing it still tries to write arrives.
"""

from dataclasses import dataclass
from random import Random
from typing import Any, Protocol

import msgspec

from raftkit.cluster._checks import Checks
from raftkit.cluster._hearing import Hearing
from raftkit.cluster._liveness import Liveness
from raftkit.cluster._member import Asked, Member
from raftkit.cluster._points import Points
from raftkit.cluster._service import Service
from raftkit.cluster._simulation import Simulation
from raftkit.net import Call, Network
from raftkit.sim import Task
from raftkit.trace import (
    Connected,
    Disconnected,
    NetworkChanged,
    ServerCrashed,
    ServerCreated,
    Started,
    StateRead,
    Trace,
    Warned,
)
from raftkit.worlds import (
    CreateServer,
    DeliverReply,
    DeliverRequest,
    FailSave,
    FreezeServer,
    GetState,
    KillServer,
    SetClock,
    Snapshot,
    Start,
    ThawServer,
    ToWorld,
)

STAGGER_US = (1_000, 5_000)
"""Servers of a new cluster start this far apart, so that none seeds its chance from the same clock."""
CONSTRUCTOR_POLL_NS = 1_000_000
"""How often the service looks whether a constructor that already applies entries has returned."""

_encode = msgspec.msgpack.Encoder().encode
_STATE = msgspec.msgpack.Decoder(tuple[int, bool])
_STARTED = msgspec.msgpack.Decoder(tuple[int, int, bool])


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterOptions:
    """What a test says about its cluster.

    Attributes:
        servers: How many, at least one.
        unreliable: Whether the network loses and delays from the start.
        steady: Whether messages that nothing delays all take the same time.
        snapshots: Whether the service makes a snapshot every ten applied entries.
        staggered: Whether each server's makes it at other indexes.
        network_salt: Goes into the name of the network's random stream, unless it is 0.
    """

    servers: int = 3
    unreliable: bool = False
    steady: bool = False
    snapshots: bool = False
    staggered: bool = False
    network_salt: int = 0


class Follower(Protocol):
    """Somebody who wants to know what every server's service has taken, command by command."""

    def begin(self, server: int, commands: list[Any], /) -> None:
        """A service starts with these: none, or those in a snapshot. What was before does not count any more."""
        ...

    def apply(self, server: int, command: Any, /) -> None:
        """A service has taken one more."""
        ...


class Cluster(Checks):
    """The servers of one test.

    Args:
        simulation: The loop that they live in.
        seed: Names the cluster's random streams.
        trace: Where its events go.
        options: Size and weather.
    """

    def __init__(self, simulation: Simulation, seed: str, trace: Trace, options: ClusterOptions) -> None:
        self.simulation = simulation
        self.kernel = simulation.kernel
        self.world = simulation.world
        self.trace = trace
        self.options = options
        self.n = options.servers
        self.rng = Random(f"{seed}/test")
        self.warnings: list[str] = []
        self.network = Network(
            self.kernel,
            self.n,
            Random(f"{seed}/network" + (f"~{options.network_salt}" if options.network_salt else "")),
            trace,
            deliver=self._deliver,
            answer=lambda call, reply: self.world.send(DeliverReply(call.number, reply)),
        )
        self.network.unreliable = options.unreliable
        self.network.steady = options.steady
        self.points = Points()
        self._stagger = Random(f"{seed}/stagger")
        self._members = [Member() for _ in range(self.n)]
        self._asked: dict[int, Asked] = {}
        self._next_call = 0
        self.applied: list[dict[int, Any]] = [{} for _ in range(self.n)]
        self.committed_command: dict[int, tuple[int, Any]] = {}
        self.offered: set[bytes] = set()
        self.highest_applied = 0
        self._followers: list[Follower] = []
        for kind, taker in Hearing(self, self._members, self._asked).takers.items():
            simulation.on_output(kind, taker)

    # -- time and tasks ------------------------------------------------------

    @property
    def now_ns(self) -> int:
        """The virtual time."""
        return self.kernel.now_ns

    def sleep(self, ns: int) -> None:
        """Let virtual time pass."""
        self.kernel.sleep(ns)

    def spawn(self, fn: Any, *args: Any, name: str) -> "ClusterTask":
        """Run something beside the calling task; what it raises ends the test."""
        return ClusterTask(self, self.kernel.spawn(fn, *args, name=name))

    def follow(self, follower: Follower) -> None:
        """Tell somebody what each service has taken so far, and from now on everything that it takes."""
        self._followers.append(follower)
        for server, member in enumerate(self._members):
            follower.begin(server, member.service.commands if member.service is not None else [])

    def service_began(self, server: int, commands: list[Any]) -> None:
        """A service has its first commands; :class:`Service` says so."""
        for follower in self._followers:
            follower.begin(server, commands)

    def service_took(self, server: int, command: Any) -> None:
        """A service has taken a command; :class:`Service` says so."""
        for follower in self._followers:
            follower.apply(server, command)

    def warn(self, text: str) -> None:
        """Tell the reader something that does not change the verdict."""
        self.warnings.append(text)
        self.trace.emit(Warned(self.now_ns, text))

    # -- faults --------------------------------------------------------------

    def boot(self) -> None:
        """Create and connect all servers, a few seeded milliseconds apart."""
        for server in range(self.n):
            self._create(server)
            self.kernel.sleep(self._stagger.randint(*STAGGER_US) * 1_000)
        for server in range(self.n):
            self.connect(server)

    def connect(self, server: int) -> None:
        """Enable the links between a server and every server that is itself connected."""
        self._members[server].connected = True
        for other in range(self.n):
            if self._members[other].connected:
                self.network.enable(server, other)
                self.network.enable(other, server)
        self.trace.emit(Connected(self.now_ns, server))

    def disconnect(self, server: int) -> None:
        """Cut every link of a server; it runs on."""
        self._members[server].connected = False
        self.network.disable(server)
        self.trace.emit(Disconnected(self.now_ns, server))

    def crash(self, server: int) -> None:
        """Take a server down. What it has saved until now is kept for its next start."""
        member = self._members[server]
        self.disconnect(server)
        if not member.runs:
            return
        self.network.detach(server)
        self._end_incarnation(server)
        self.trace.emit(ServerCrashed(self.now_ns, server, member.incarnation))

    def restart(self, server: int) -> None:
        """Start a server from what it saved, after a crash if it runs; it stays disconnected."""
        if self._members[server].runs:
            self.crash(server)
        self._create(server)

    def freeze(self, server: int) -> None:
        """Let a server stand still: none of its threads runs, its clock moves on, and what reaches it waits.

        The tester's questions are not answered meanwhile; one that is under way waits. A crash ends that.
        """
        member = self._members[server]
        if member.runs and not member.frozen:
            member.frozen = True
            self._send(FreezeServer(server))

    def thaw(self, server: int) -> None:
        """Let a server go on that stands still; all that was due meanwhile is due now."""
        member = self._members[server]
        if member.frozen:
            member.frozen = False
            self._send(ThawServer(server))

    def set_clock(self, server: int, *, ahead_ns: int = 0, drift_ppm: int = 0) -> None:
        """Set a server's clocks wrong, over crashes too; without values right.

        Args:
            server: Whose.
            ahead_ns: How far the clock on its wall is ahead of the true time now; behind it, below 0.
            drift_ppm: How many microseconds its clocks gain a second, or lose.
        """
        member = self._members[server]
        member.ahead_ns, member.drift_ppm = ahead_ns, drift_ppm
        if member.runs:
            self._send(SetClock(server, ahead_ns, drift_ppm))

    def fail_save(self, server: int, after: int) -> None:
        """Let a running server's disk not take a save, after so many that it takes; below 0 it takes all.

        The server gets an OSError. It may raise it, and then goes down as in a crash.
        """
        if self._members[server].runs:
            self._send(FailSave(server, after))

    def set_network(self, unreliable: bool | None = None, long_reordering: bool | None = None) -> None:
        """Change the weather; None leaves a condition as it is."""
        if unreliable is not None:
            self.network.unreliable = unreliable
        if long_reordering is not None:
            self.network.long_reordering = long_reordering
        self.trace.emit(NetworkChanged(self.now_ns, self.network.unreliable, self.network.long_reordering))

    def is_connected(self, server: int) -> bool:
        """Whether a server's links are enabled."""
        return self._members[server].connected

    def is_alive(self, server: int) -> bool:
        """Whether a server runs, and its constructor has returned."""
        return self._members[server].alive

    def troubles(self) -> list[str]:
        """What keeps servers from running and hearing each other, faults of a nemesis aside; empty in calm weather."""
        down = [f"server {server} is down" for server in range(self.n) if not self.is_alive(server)]
        cut_off = [f"server {server} is cut off" for server in range(self.n) if not self.is_connected(server)]
        unreliable = ["the network is unreliable"] if self.network.unreliable else []
        reordering = ["replies are held back"] if self.network.long_reordering else []
        return down + cut_off + unreliable + reordering

    # -- questions to servers ------------------------------------------------

    def start(self, server: int, command: Any) -> tuple[int, int, bool] | None:
        """Offer a command: index, term, accepted; None when the server is down or stands still."""
        if not self._answers(server):
            return None
        self.offered.add(_encode(command))
        answer = self._ask(server, "start()", lambda call: Start(call, server, _encode(command)))
        if answer is None:
            return None
        index, term, accepted = _STARTED.decode(answer)
        self.trace.emit(Started(self.now_ns, server, command, index, term, accepted))
        return index, term, accepted

    def get_state(self, server: int) -> tuple[int, bool] | None:
        """A server's term, and whether it says that it leads; None when it is down or stands still."""
        if not self._answers(server):
            return None
        answer = self._ask(server, "get_state()", lambda call: GetState(call, server))
        if answer is None:
            return None
        term, leads = _STATE.decode(answer)
        self.trace.emit(StateRead(self.now_ns, server, term, leads))
        return term, leads

    def snapshot(self, server: int, index: int, snapshot: bytes) -> None:
        """Hand a snapshot to a server's Raft, once its constructor has returned."""
        member = self._members[server]
        while member.runs and not member.alive:
            self.sleep(CONSTRUCTOR_POLL_NS)
        self._ask(server, "snapshot()", lambda call: Snapshot(call, server, index, snapshot))

    def last_applied(self, server: int) -> int:
        """The highest index that a server's service has taken, since the server was last started."""
        service = self._members[server].service
        return 0 if service is None else service.last_applied

    def check_liveness(self, command: Any, within_ns: int) -> None:
        """Wait until somebody leads, ``command`` is committed, and everybody has it; see :class:`Liveness`."""
        Liveness(self, command, within_ns).check()

    def _answers(self, server: int) -> bool:
        member = self._members[server]
        return member.alive and not member.frozen

    def _ask(self, server: int, what: str, message: Any) -> bytes | None:
        self._next_call += 1
        call = self._next_call
        task = self.kernel.current
        assert task is not None
        asked = self._asked[call] = Asked(server, what, task, self.now_ns)
        try:
            self._send(message(call))
            answer: bytes | None = self.kernel.park(asked)
        finally:
            self._asked.pop(call, None)
        return answer

    def _send(self, message: ToWorld) -> None:
        self.world.send(message)

    # -- figures -------------------------------------------------------------

    def rpcs(self) -> int:
        """RPCs sent so far, by all servers, also on cut links."""
        return self.network.statistics().rpcs

    def rpcs_received(self) -> int:
        """RPCs that servers have received, each since its last start: what the lab's RPC limits count."""
        return sum(self.network.received(server) for server in range(self.n))

    def bytes_sent(self) -> int:
        """Argument bytes sent and reply bytes delivered so far."""
        return self.network.statistics().bytes

    def largest_saved_state(self) -> int:
        """Bytes of the largest saved Raft state."""
        return max(len(member.state) for member in self._members)

    def unanswered(self) -> list[tuple[str, int]]:
        """Calls of the tester that have not returned: what they are, and since when."""
        return [(str(asked), asked.since_ns) for asked in self._asked.values()]

    # -- incarnations --------------------------------------------------------

    def _create(self, server: int) -> None:
        member = self._members[server]
        member.incarnation += 1
        member.runs = True
        member.disk_failed = False
        incarnation = member.incarnation
        member.service = Service(self, server, incarnation, snapshots=self.options.snapshots)
        self.service_began(server, [])
        if self.options.snapshots:
            member.service.restore(member.snapshot)
        state, snapshot = member.state, member.snapshot
        self._ask(
            server,
            "the constructor",
            lambda call: CreateServer(
                call, server, incarnation, self.n, state, snapshot, member.ahead_ns, member.drift_ppm
            ),
        )
        if member.is_current(incarnation):
            member.alive = True
            self.trace.emit(ServerCreated(self.now_ns, server, incarnation, len(state), len(snapshot)))
            self.network.attach(server, incarnation)

    def _end_incarnation(self, server: int) -> None:
        member = self._members[server]
        member.runs = member.alive = member.frozen = False
        self._send(KillServer(server))
        if member.service is not None and member.service.task is not self.kernel.current:
            member.service.stop()
        for asked in list(self._asked.values()):
            if asked.server == server:
                self.kernel.wake(asked.task, None)

    def _deliver(self, call: Call) -> None:
        self._send(DeliverRequest(call.wire, call.source, call.target, call.method, call.args))


class ClusterTask:
    """Something that runs beside the test."""

    def __init__(self, cluster: Cluster, task: Task) -> None:
        self._cluster = cluster
        self._task = task

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._task.done

    def join(self) -> None:
        """Wait until it has ended."""
        self._cluster.kernel.join(self._task)
