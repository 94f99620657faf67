"""A cluster with clients at work, and weather: what an oracle, or the tester's checks, would notice is overlooked."""

from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from raftkit.cluster import Cluster, ClusterOptions, Simulation
from raftkit.contract import locate
from raftkit.errors import CaseFailed
from raftkit.model import MS, SECOND, Failure
from raftkit.trace import Event, Trace
from raftkit.workloads import Workload, WorkloadOptions
from raftkit.worlds.local import LocalWorld

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "impls" / "reference" / "raft.py"
MUTANTS = ROOT / "impls" / "mutants"

Weather = Callable[[Cluster, Random], None]


class Unjudged(Cluster):
    """Takes whatever is applied: only clients are left to notice."""

    def record(self, server: int, incarnation: int, index: int, command: Any, last_applied: int) -> None:
        self.applied[server][index] = command


class Ran:
    """What came out: a failure or none, the events, and the trace's digest."""

    def __init__(self, failure: Failure | None, events: list[Event], digest: str) -> None:
        self.failure = failure
        self.events = events
        self.digest = digest

    @property
    def kind(self) -> str:
        return self.failure.kind if self.failure else "passed"


def run(
    seed: int,
    weather: Weather,
    *,
    implementation: Path = REFERENCE,
    model: str = "register",
    servers: int = 3,
    unreliable: bool = False,
    snapshots: bool = False,
    options: WorkloadOptions | None = None,
    cluster_of: type[Cluster] = Cluster,
) -> Ran:
    """Three clients on two keys, and the weather; then what they saw is judged."""
    simulation = Simulation(LocalWorld(locate(str(implementation)), f"{seed}"), f"{seed}")
    trace, events = Trace(), list[Event]()
    trace.subscribe(events.append)
    shape = ClusterOptions(servers=servers, unreliable=unreliable, snapshots=snapshots)
    cluster = cluster_of(simulation, f"{seed}", trace, shape)
    workload = Workload(cluster, f"{seed}", options)
    failure = None

    def main() -> None:
        cluster.boot()
        workload.begin(model, clients=3, keys=2)
        weather(cluster, cluster.rng)
        workload.judge()

    try:
        simulation.run(main, limit_ns=120 * SECOND)
    except CaseFailed as error:
        failure = error.failure
    finally:
        simulation.close()
    return Ran(failure, events, trace.digest)


def calm(cluster: Cluster, rng: Random) -> None:
    """Nothing happens."""
    cluster.sleep(2 * SECOND)


def changeable(cluster: Cluster, rng: Random) -> None:
    """One server after the other is cut off, or crashes, or both."""
    for _ in range(8):
        victim = rng.randrange(cluster.n)
        (cluster.crash if rng.random() < 0.5 else cluster.disconnect)(victim)
        cluster.sleep(rng.randint(200, 900) * MS)
        if not cluster.is_alive(victim):
            cluster.restart(victim)
        cluster.connect(victim)
        cluster.sleep(rng.randint(0, 300) * MS)


def leaders_cut_off(cluster: Cluster, rng: Random) -> None:
    """Whoever leads is cut off from the others for a second; it does not know, and clients reach it."""
    for _ in range(4):
        leader = cluster.check_one_leader()
        cluster.disconnect(leader)
        cluster.sleep(SECOND)
        cluster.connect(leader)


def everybody_crashes(cluster: Cluster, rng: Random) -> None:
    """All at once, and all come back."""
    for _ in range(3):
        cluster.sleep(SECOND)
        for server in range(cluster.n):
            cluster.crash(server)
        for server in range(cluster.n):
            cluster.restart(server)
            cluster.connect(server)
    cluster.sleep(SECOND)


def nobody_hears_anybody(cluster: Cluster, rng: Random) -> None:
    """From the first moment to the last."""
    for server in range(cluster.n):
        cluster.disconnect(server)
    cluster.sleep(3 * SECOND)
