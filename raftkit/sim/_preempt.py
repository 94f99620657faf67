"""When a thread is interrupted: in mode ``PREEMPT`` the kernel may take the core from it at any point of its code.

As in probabilistic concurrency testing (Burckhardt et al., 2010), a run has few pre-emptions and the seed chooses
where they are: a bug of depth two needs one of them, at the right place. That method spreads them over a run whose
length it knows from a run before. Here *each place in the code has a share of its own*, so that no length need be
known, and a line that is executed five times in a run is tried as well as one that is executed every millisecond. Of
``n`` executions of a place about ``4 * SHARE * (n + FIRST) ** 0.25`` are interrupted. Where the thread holds a lock
it is a tenth of that: while it stands there, most others only wait for it.

A thread that is interrupted stands for a while that the seed draws, from two scheduling steps to what a busy machine
takes now and then, and others of its server go on: those that can run now, and those that a message or a timer wakes
meanwhile. The while is far below any time-out that works, and there are few in a virtual second, so that a correct
implementation takes no harm.
"""

import math
import sys
from random import Random
from typing import Any

from raftkit.sim._kernel import Kernel, Task

SHARE = 0.2
"""How much of a place's executions is interrupted, where its thread holds no lock."""
SHARE_LOCKED = 0.02
"""The same where it holds one."""
FIRST = 8
"""Executions that count as one: else much of a place's share would go to its first, while the server starts."""
SHORTEST_NS = 20_000
DOUBLINGS = 10
"""The longest while is the shortest one, doubled so often: 20 ms."""
_UNSAFE = frozenset({"<module>", "__del__"})
"""Code that is not interrupted, with all that it calls: half a module is nobody's, and a finalizer may run anywhere."""


class _Interrupted:
    def __str__(self) -> str:
        return "its turn: it was interrupted"


INTERRUPTED = _Interrupted()


class Preemption:
    """Interrupts the tasks of a kernel, as one stream of chance says.

    Args:
        kernel: Whose tasks.
        random: Decides where, and for how long.
    """

    def __init__(self, kernel: Kernel, random: Random) -> None:
        self._kernel = kernel
        self._random = random
        self._places: dict[int, list[int]] = {}
        """By site, twice: how often it was executed, and at which execution it is interrupted."""
        self.count = 0
        """How often it has interrupted somebody."""

    def point(self, site: int) -> None:
        """The running task is about to execute a site."""
        task = self._kernel.current
        if task is None:
            return
        is_locked = task.strand is not None and bool(task.strand.held)
        key = 2 * site + is_locked
        place = self._places.get(key)
        if place is None:
            place = self._places[key] = [0, self._next(0, is_locked)]
        place[0] += 1
        if place[0] >= place[1]:
            place[1] = self._next(place[0], is_locked)
            self._interrupt(task)

    def value(self, value: Any, site: int) -> Any:
        """It has a value, and is about to store it there."""
        self.point(site)
        return value

    def _next(self, executed: int, is_locked: bool) -> int:
        """The execution at which a place is interrupted next."""
        share = SHARE_LOCKED if is_locked else SHARE
        root = math.sqrt(math.sqrt(executed + FIRST)) + self._random.expovariate(4 * share)
        return max(executed + 1, int(root * root * root * root) - FIRST)

    def _interrupt(self, task: Task) -> None:
        if task.dying or task.on_park is not None or _is_unsafe():
            return  # an event loop lets go of its thread where it awaits, and nowhere else
        self.count += 1
        doublings = int(self._random.random() * DOUBLINGS)
        while_ns = int(SHORTEST_NS * (1 + self._random.random())) << doublings
        spins = task.spins
        self._kernel.park(INTERRUPTED, while_ns)
        task.spins = spins  # that was no wait of its own: a loop that never waits is still one


def _is_unsafe() -> bool:
    frame: Any = sys._getframe(2)
    while frame is not None:
        if frame.f_code.co_name in _UNSAFE:
            return True
        frame = frame.f_back
    return False
