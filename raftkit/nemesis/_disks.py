"""Disks that do not take what they are given."""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from raftkit.cluster import Cluster, Point
from raftkit.nemesis._fault import Bite, End, Fault
from raftkit.nemesis._servers import bring_back

MOST_SAVES = 1_000_000
"""A server saves less often in any test: a chance that is so small strikes nobody."""


@dataclass(frozen=True, kw_only=True)
class DiskError(Fault):
    """Let saves raise OSError: nothing of them is kept, and the server knows.

    It may raise the error, and goes down as in a crash; or go on, but must not let anybody count on what it could not
    save. Who went down is started and connected again at the end.

    Attributes:
        nth: Each server's nth save from the beginning, and no other; None for a chance.
        chance: The share of saves that fail, 0 to 1; unused with ``nth``.
    """

    kind: ClassVar[str] = "disk_error"

    nth: int | None = None
    chance: float = 1.0

    def begin(self, cluster: Cluster, random: Random, bite: Bite) -> End:
        """Let disks fail from now on."""
        struck: dict[int, bool] = {}

        def watch(server: int, point: Point) -> None:
            if point is not Point.FAILED or server not in self.servers:
                return
            bite(f"S{server} cannot save")
            struck.setdefault(server, cluster.is_connected(server))
            if self.nth is None:
                cluster.fail_save(server, self._next(random))

        remove = cluster.points.watch(watch)
        for server in self.servers:
            cluster.fail_save(server, self._next(random))

        def end() -> None:
            remove()
            for server in self.servers:
                cluster.fail_save(server, -1)
            bring_back(cluster, list(struck.items()))

        return end

    def _next(self, random: Random) -> int:
        """How many saves go well before one fails."""
        if self.nth is not None:
            return self.nth - 1
        good = 0
        while good < MOST_SAVES and random.random() >= self.chance:
            good += 1
        return good
