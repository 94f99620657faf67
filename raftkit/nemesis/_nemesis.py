"""The book of faults: it numbers them, lets them begin and end, and writes that into the trace."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from raftkit.cluster import Cluster
from raftkit.model import MS
from raftkit.nemesis._fault import End, Fault
from raftkit.trace import FaultBegan, FaultBit, FaultEnded

NOBODY_NS = 50 * MS
"""How soon a nemesis that finds nobody to strike looks again."""
SHORTEST_NS = 1 * MS
"""How long a fault that comes again and again lasts at least, so that time goes on."""


@dataclass(slots=True)
class _Open:
    """A fault that is on."""

    fault: Fault
    end: End
    bites: int = 0


class Nemesis:
    """Brings faults over a cluster.

    Args:
        cluster: Whom they strike.
        seed: Names the faults' random streams: each has one of its own.
    """

    def __init__(self, cluster: Cluster, seed: str) -> None:
        self._cluster = cluster
        self._seed = seed
        self._open: dict[int, _Open] = {}
        self._coming: dict[str, int] = {}  # schedules in the background: their line in the suite
        self._count = 0
        self._is_healed = False

    def begin(self, fault: Fault, *, line: int, lasts_ns: int | None = None) -> int:
        """Let a fault take hold, for a while or until it is ended; return its number."""
        self._count += 1
        number, cluster = self._count, self._cluster
        opened = self._open[number] = _Open(fault, end=lambda: None)
        cluster.trace.emit(
            FaultBegan(
                cluster.now_ns,
                number,
                fault.kind,
                fault.text,
                line,
                list(fault.servers),
                sorted(fault.links),
            )
        )
        random = Random(f"{self._seed}/fault/{number}")
        opened.end = fault.begin(cluster, random, lambda text: self._bite(number, opened, text))
        if lasts_ns is not None:
            cluster.spawn(self._end_after, number, lasts_ns, name=f"end of fault {number}")
        return number

    def end(self, number: int) -> None:
        """End a fault; nothing when it is over."""
        opened = self._open.pop(number, None)
        if opened is not None:
            opened.end()
            self._cluster.trace.emit(FaultEnded(self._cluster.now_ns, number, opened.bites))

    def heal(self, kind: str | None = None) -> None:
        """End every fault of a kind; without one all, and what plagues in the background stops for good."""
        self._is_healed = self._is_healed or kind is None
        for number, opened in list(self._open.items()):
            if kind in (None, opened.fault.kind):
                self.end(number)

    def troubles(self) -> list[str]:
        """Faults that are on, and those that will still come; empty in calm weather."""
        on = [f"a fault is on: {opened.fault.text}" for opened in self._open.values()]
        coming = [f"the faults of line {line} still come" for line in self._coming.values()]
        return on if self._is_healed else on + coming

    def plague(
        self,
        make: Callable[[Random], tuple[Fault, int | None] | None],
        *,
        pause_ns: Callable[[Random], int],
        line: int,
        name: str,
    ) -> None:
        """Bring a fault again and again, in the background, until all is healed.

        Args:
            make: The next fault and how long it lasts in nanoseconds, None for one that comes once and stays;
                None when there is nobody to strike now.
            pause_ns: How long to wait before each.
            line: Of the suite.
            name: Names the schedule's random stream.
        """
        random = Random(f"{self._seed}/nemesis/{name}")
        self._coming[name] = line
        self._cluster.spawn(self._plague, make, pause_ns, line, random, name, name=f"nemesis {name}")

    def _plague(
        self,
        make: Callable[[Random], tuple[Fault, int | None] | None],
        pause_ns: Callable[[Random], int],
        line: int,
        random: Random,
        name: str,
    ) -> None:
        while True:
            self._cluster.sleep(pause_ns(random))
            made = None if self._is_healed else make(random)
            if self._is_healed:
                return
            if made is None:
                self._cluster.sleep(NOBODY_NS)
                continue
            fault, lasts_ns = made
            number = self.begin(fault, line=line)
            if lasts_ns is None:
                del self._coming[name]
                return
            self._end_after(number, max(lasts_ns, SHORTEST_NS))

    def _end_after(self, number: int, lasts_ns: int) -> None:
        self._cluster.sleep(lasts_ns)
        self.end(number)

    def _bite(self, number: int, opened: _Open, text: str) -> None:
        opened.bites += 1
        if opened.bites == 1:
            self._cluster.trace.emit(FaultBit(self._cluster.now_ns, number, text))
