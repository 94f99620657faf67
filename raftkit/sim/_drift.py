"""Clocks that run too fast or too slow, each for one group of tasks.

A group's clock shows how much time has passed *for it*, and what a task of it waits for is measured by that clock:
one that is 10 % fast shows 11 s after 10, and whoever sleeps a second there sleeps 909 ms. A clock never goes back.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from raftkit.sim._kernel import Kernel

TRUE_RATE = 1_000_000
"""Microseconds that a true clock shows after a second."""


@dataclass(slots=True)
class _Clock:
    """It showed ``shown_ns`` when it was ``since_ns``, and has run at ``rate`` since."""

    shown_ns: int
    since_ns: int
    rate: int

    def at(self, now_ns: int) -> int:
        return self.shown_ns + (now_ns - self.since_ns) * self.rate // TRUE_RATE


class Drifts:
    """The clocks of a kernel that are not true, or once were not; it puts itself in the kernel's way."""

    def __init__(self, kernel: "Kernel") -> None:
        self._kernel = kernel
        self._clocks: dict[object, _Clock] = {}
        self._park = kernel.park
        kernel.park = self.park  # type: ignore[method-assign]
        kernel.clock_ns = self.clock_ns  # type: ignore[method-assign]

    def set(self, group: object, ppm: int) -> None:
        """Let a group's clock run too fast from now on, by so many millionths; too slow, below 0."""
        now_ns = self._kernel.now_ns
        self._clocks[group] = _Clock(self.clock_ns(group), now_ns, TRUE_RATE + ppm)

    def clock_ns(self, group: object) -> int:
        """What a group's clock shows."""
        clock = self._clocks.get(group)
        return self._kernel.now_ns if clock is None else clock.at(self._kernel.now_ns)

    def park(self, waits_for: Any, timeout_ns: int | None = None) -> Any:
        """As the kernel's: a time-out ends when it is over by the task's own clock."""
        task = self._kernel.current
        clock = None if task is None else self._clocks.get(task.group)
        if clock is not None and timeout_ns is not None:
            timeout_ns = -(-timeout_ns * TRUE_RATE // clock.rate)
        return self._park(waits_for, timeout_ns)
