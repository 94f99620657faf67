"""A cluster over a fake world, and a way to run a test's steps in it."""

from collections.abc import Callable
from typing import Any

import pytest
from fake_world import FakeWorld, encode

from raftkit.cluster import Cluster, ClusterOptions, Simulation
from raftkit.model import SECOND
from raftkit.trace import Event, Trace


class Lab:
    """One cluster, booted; ``run`` executes a function as the test's own task."""

    def __init__(self, servers: int = 3, *, snapshots: bool = False) -> None:
        self.world = FakeWorld()
        self.simulation = Simulation(self.world, "seed")
        self.trace = Trace()
        self.events: list[Event] = []
        self.trace.subscribe(self.events.append)
        options = ClusterOptions(servers=servers, snapshots=snapshots)
        self.cluster = Cluster(self.simulation, "seed", self.trace, options)
        self.world.on_apply = lambda command: self.cluster.offered.add(encode(command))

    def run(self, steps: Callable[[], Any], *, limit_ns: int = 120 * SECOND) -> Any:
        """The function's value; what it raises, or a check of the cluster, comes out here."""
        result: list[Any] = []

        def main() -> None:
            self.cluster.boot()
            result.append(steps())

        try:
            self.simulation.run(main, limit_ns=limit_ns)
        finally:
            self.simulation.close()
        return result[0]

    def lead(self, server: int, term: int = 1) -> None:
        """From now on this server says that it leads a term, and the others follow."""
        for number, other in self.world.servers.items():
            other.leads = number == server
            other.term = max(other.term, term)


@pytest.fixture
def lab() -> Lab:
    """Three servers."""
    return Lab()


@pytest.fixture
def make_lab() -> type[Lab]:
    """Labs of other sizes."""
    return Lab
