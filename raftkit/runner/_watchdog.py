"""When to stop waiting for a test: decisions alone, no clocks and no processes.

A student must not lose a point to a slow machine. So *no progress* counts against a test only when
the child had the processor meanwhile (it burns it), or asked for none (it waits in a call that does
not return); a child that is runnable and is given no time is the machine's fault, and after long
patience an inconclusive end.
"""

from enum import Enum

from raftkit.model import Limits
from raftkit.runner._process import Sample

BURNING_SHARE = 0.5
"""Of the idle limit, spent as CPU: from here on the child was busy, not starved."""
ASLEEP_LOOKS = 5
"""How often in a row it must be found asleep: whoever is busy sleeps for a moment, too, when memory is short."""
AWAY_SECONDS = 1.0
"""We look ten times a second; after a longer pause we were stopped ourselves, or blocked by a pager."""
STARVED_FACTOR = 12.0
"""Times the idle limit: how long a child may be starved before we give up on the machine."""


class Strike(Enum):
    """Which limit struck."""

    IDLE = "idle"
    CPU = "cpu"
    MEMORY = "memory"
    STARVED = "starved"


class Watchdog:
    """Watches one test: told of beats and samples, it says when a limit strikes."""

    def __init__(self, limits: Limits, now: float, sample: Sample | None) -> None:
        self._limits = limits
        self._cpu_at_start = _cpu(sample)
        self._memory_at_start = _memory(sample)
        self.beat(now, sample)

    def beat(self, now: float, sample: Sample | None) -> None:
        """Note that the test moves."""
        self._moved_at = self._looked_at = now
        self._cpu_at_move = _cpu(sample)
        self._asleep = 0

    def idle_seconds(self, now: float) -> float:
        """How long nothing has moved."""
        return now - self._moved_at

    def look(self, now: float, sample: Sample | None) -> Strike | None:
        """Return the limit that strikes now, if any does."""
        if _cpu(sample) - self._cpu_at_start > self._limits.cpu_seconds:
            return Strike.CPU
        if _memory(sample) - self._memory_at_start > self._limits.memory_bytes:
            return Strike.MEMORY
        if now - self._looked_at > AWAY_SECONDS:  # nobody was there to see it move
            self.beat(now, sample)
        self._looked_at = now
        self._asleep = self._asleep + 1 if sample is None or sample.state == "S" else 0
        idle, limit = self.idle_seconds(now), self._limits.idle_seconds
        if idle <= limit:
            return None
        burned = _cpu(sample) - self._cpu_at_move
        if self._asleep >= ASLEEP_LOOKS or burned >= limit * BURNING_SHARE:
            return Strike.IDLE
        return Strike.STARVED if idle > limit * STARVED_FACTOR else None


def _cpu(sample: Sample | None) -> float:
    return sample.cpu_seconds if sample else 0.0


def _memory(sample: Sample | None) -> int:
    return sample.resident_bytes if sample else 0
