"""A suite and its tests, read and checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from raftkit.suite._background import Plague
from raftkit.suite._step import Step

NetworkKind: TypeAlias = Literal["reliable", "unreliable", "steady"]
ServiceKind: TypeAlias = Literal["plain", "snapshotting", "staggered"]


@dataclass(frozen=True, kw_only=True)
class Test:
    """One test: a cluster to build, and steps to run against it.

    Attributes:
        id: Its name, ``TestFigure82C``.
        part: The part its suite belongs to, ``2C``.
        title: The lab's title, ``Figure 8``.
        source: The section of the paper it is about, or empty.
        suite: The file, as it was named.
        line: The line where it begins.
        servers: The size of the cluster.
        network: The weather at the beginning.
        service: Whether the service takes snapshots, and whether all servers take them at the same indexes.
        cost: CPU time relative to an ordinary test; a runner starts the longest first.
        background: Faults that come beside the steps.
        deviations: How many choices of each scheduler are the seed's, before it is first in, first out; None for all.
        must_happen: Facts without which a pass proves nothing.
        not_judged_by: Oracles that look away.
        steps: What it does.
    """

    __test__ = False  # pytest: not a test class

    id: str
    part: str
    title: str
    source: str = ""
    suite: str
    line: int
    servers: int
    network: NetworkKind = "reliable"
    service: ServiceKind = "plain"
    cost: float = 1.0
    deviations: int | None = None
    background: tuple[Plague, ...] = ()
    must_happen: tuple[str, ...] = ()
    not_judged_by: tuple[str, ...] = ()
    steps: tuple[Step, ...]

    @property
    def takes_snapshots(self) -> bool:
        """Whether its service does, at whatever indexes."""
        return self.service != "plain"

    @property
    def step_names(self) -> frozenset[str]:
        """What its steps, those inside of others, and its background's faults are called in YAML."""
        return frozenset(_names(self.steps)).union(each.fault.name for each in self.background)


def _names(steps: tuple[Step, ...]) -> Iterator[str]:
    for step in steps:
        yield step.name
        for block in step.blocks():
            yield from _names(block.steps)


@dataclass(frozen=True, kw_only=True)
class Suite:
    """The tests of one file, in its order."""

    path: str
    part: str
    title: str
    tests: tuple[Test, ...]
