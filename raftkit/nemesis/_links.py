"""Faults of the network: rules on its links, in force from beginning to end."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from raftkit.cluster import Cluster
from raftkit.model import MS
from raftkit.nemesis._fault import Bite, End, Fault
from raftkit.net import Aim, Cut, Fate, Strike


@dataclass(frozen=True, kw_only=True)
class Cutting(Fault):
    """Cut links: a partition, a single cable, one direction of it."""

    kind: ClassVar[str] = "partition"

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Cut them."""
        return cluster.network.rules.add(Cut(self.links, "partition", random, bite))


LEARNS_OF_LOSS_MS = (1, 26)
"""After how long a caller is told that its message is lost: the unreliable network's own delay."""


@dataclass(frozen=True, kw_only=True)
class Drop(Fault):
    """Lose messages; their callers are told soon, as on an unreliable network.

    Not at once: who calls again as soon as a call has failed would then do so without pause.
    """

    kind: ClassVar[str] = "drop"

    aim: Aim

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Aim."""
        return cluster.network.rules.add(Strike(self.aim, self._lose, random, bite))

    def _lose(self, random: Random) -> tuple[str, Fate]:
        return "is dropped", Fate(lost="dropped", learns_ns=random.randint(*LEARNS_OF_LOSS_MS) * MS)


@dataclass(frozen=True, kw_only=True)
class Delay(Fault):
    """Hold messages back.

    Attributes:
        low_ns: The shortest time.
        high_ns: The longest.
        long_tail: Whether most are held back for little more than ``low_ns``, and a few up to ``high_ns``: one in
            two for less than 6 % of the way between, one in ten for more than 65 %. Otherwise all times
            between the two are as likely.
    """

    kind: ClassVar[str] = "delay"

    aim: Aim
    low_ns: int
    high_ns: int
    long_tail: bool = False

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Aim."""
        return cluster.network.rules.add(Strike(self.aim, self._hold, random, bite))

    def _hold(self, random: Random) -> tuple[str, Fate]:
        share = random.random()
        if self.long_tail:
            share = (
                share * share * share * share
            )  # products are the same on every machine; logarithms may differ
        delay_ns = self.low_ns + int((self.high_ns - self.low_ns) * share)
        return "is held back", Fate(delay_ns=delay_ns, why="delay")


@dataclass(frozen=True, kw_only=True)
class Duplicate(Fault):
    """Deliver requests twice; the copy arrives ``low_ns`` to ``high_ns`` after the first."""

    kind: ClassVar[str] = "duplicate"

    aim: Aim
    low_ns: int
    high_ns: int

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Aim."""
        return cluster.network.rules.add(Strike(self.aim, self._copy, random, bite))

    def _copy(self, random: Random) -> tuple[str, Fate]:
        after_ns = random.randint(self.low_ns, self.high_ns)
        return "will arrive twice", Fate(copies_ns=(after_ns,), why="duplicate")
