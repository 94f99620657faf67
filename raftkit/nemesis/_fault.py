"""What every fault is."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import ClassVar

from raftkit.cluster import Cluster
from raftkit.net import Link

Bite = Callable[[str], None]
"""Told in words, whenever a fault has an effect."""
End = Callable[[], None]


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Something that goes wrong for a while.

    Attributes:
        kind: A word for its sort, the step's name in a suite.
        text: What it is, in words: ``cut S2 off from all others``.
        servers: Whom it is about; empty when it is about no one in particular.
        links: Those that it cuts.
    """

    kind: ClassVar[str] = ""

    text: str
    servers: tuple[int, ...] = ()
    links: frozenset[Link] = frozenset()

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Let it take hold, at once.

        Args:
            cluster: Where.
            random: A stream of its own.
            bite: To be called at each effect.

        Returns:
            What ends it; it is called once, from a task.
        """
        raise NotImplementedError
