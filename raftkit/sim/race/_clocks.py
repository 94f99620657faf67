"""What happens before what, among the tasks of a kernel: vector clocks.

Each task has a clock of its own, and knows of every other task how far that one had come when it last learned of it.
What a task has done so far *happens before* what another does from now on when the one hands its knowledge over: it
starts the other, it ends and is joined, it wakes it, or it leaves its knowledge with something (a lock that it
releases, an Event that it sets) from which the other takes it up. Two accesses of which neither happens before the
other are concurrent, however far apart in time this run has them.

Clocks are counted by *slots*, and a task that has ended leaves its slot to a later one, after a while: else each
clock would grow with every message of a run. The later task is then taken to come after the earlier one. By that an
access of long ago may be missed, but none is ever taken for concurrent that is not.
"""

from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

from raftkit.sim._kernel import Kernel, Task

RESTING_SLOTS = 64
"""How many slots rest, after their tasks have ended, before the first of them is used again."""

Clock = dict[int, int]


class Holder(Protocol):
    """Something that knowledge is left with."""

    clock: Clock | None


class Mark:
    """A holder, and nothing else: for whatever is handed over by other ways than locks."""

    __slots__ = ("clock",)

    def __init__(self) -> None:
        self.clock: Clock | None = None

    def add(self, other: "Mark") -> None:
        """Let what was left with another have been left here too."""
        if other.clock is not None:
            self.clock = other.clock if self.clock is None else merged(self.clock.copy(), other.clock)


class Strand:
    """A task, as clocks know it.

    Attributes:
        slot: Its place in all clocks.
        now: Its own clock.
        seen: The others', as far as it knows.
        held: The locks that it holds, in the order in which it took them.
        left: What it left last, to be known again.
    """

    __slots__ = ("held", "left", "now", "seen", "slot")

    def __init__(self, slot: int, now: int) -> None:
        self.slot = slot
        self.now = now
        self.seen: Clock = {}
        self.held: tuple[Any, ...] = ()
        self.left: Clock | None = None

    def leave(self) -> Clock:
        """What it knows by now; what it does from here on is not in it."""
        clock = self.seen.copy()
        clock[self.slot] = self.now
        self.now += 1
        self.left = clock
        return clock

    def take_up(self, clock: Clock) -> None:
        """Learn what somebody knew."""
        if clock is not self.left:
            self.seen = merged(self.seen, clock)


def merged(one: Clock, other: Clock) -> Clock:
    """Both together, in a new clock or in ``one``."""
    if len(one) < len(other):
        one, other = other.copy(), one
    known = one.get
    for slot, now in other.items():
        if known(slot, 0) < now:
            one[slot] = now
    return one


class Clocks:
    """Follows the tasks of a kernel; it puts itself in the kernel's way."""

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._last: list[int] = []
        """By slot: its clock, when its last task ended."""
        self._resting: deque[int] = deque()
        self._spawn = kernel.spawn
        self._wake = kernel.wake
        self._join = kernel.join
        self._finish = kernel._finish
        kernel.spawn = self.spawn  # type: ignore[method-assign]
        kernel.wake = self.wake  # type: ignore[method-assign]
        kernel.join = self.join  # type: ignore[method-assign]
        kernel._finish = self.finish  # type: ignore[method-assign]

    def leave(self, holder: Holder) -> None:
        """Leave what the running task knows with something, beside what is there."""
        task = self.kernel.current
        if task is not None:
            clock = task.strand.leave()
            holder.clock = clock if holder.clock is None else merged(clock.copy(), holder.clock)

    def take_up(self, holder: Holder) -> None:
        """Let the running task learn what was left there."""
        task = self.kernel.current
        if task is not None and holder.clock is not None:
            task.strand.take_up(holder.clock)

    # -- locks -----------------------------------------------------------------

    def took(self, lock: Any) -> None:
        """The running task has taken a lock."""
        task = self.kernel.current
        if task is not None:
            strand = task.strand
            strand.held = (*strand.held, lock)
            if lock.clock is not None:
                strand.take_up(lock.clock)

    def gives(self, lock: Any) -> None:
        """The running task is about to release a lock, which another may have taken."""
        task, owner = self.kernel.current, lock.owner
        if owner is not None:
            owner.strand.held = tuple(held for held in owner.strand.held if held is not lock)
        if task is not None and owner is task:
            lock.clock = task.strand.leave()  # whatever is there it has taken up
        elif task is not None:
            self.leave(lock)

    # -- in the kernel's place -------------------------------------------------

    def spawn(self, fn: Callable[..., Any], *args: Any, name: str, group: object = None) -> Task:
        """As the kernel's: a task knows what the one that starts it knows."""
        task = self._spawn(fn, *args, name=name, group=group)
        task.strand = strand = self._begin()
        parent = self.kernel.current
        if parent is not None:
            strand.seen = parent.strand.leave().copy()
        return task

    def wake(self, task: Task, value: Any = None) -> bool:
        """As the kernel's: a task that is woken knows what the one that wakes it knows."""
        waker = self.kernel.current
        if not self._wake(task, value):
            return False
        if waker is not None:
            task.strand.take_up(waker.strand.leave())
        return True

    def join(self, task: Task, timeout_ns: int | None = None) -> bool:
        """As the kernel's: whoever has seen a task end knows what it knew."""
        is_done = self._join(task, timeout_ns)
        current = self.kernel.current
        if is_done and current is not None:
            current.strand.take_up(task.strand.left)
        return is_done

    def finish(self, task: Task) -> None:
        """As the kernel's: it leaves what it knows for those that join it, and its slot rests for a while."""
        strand = task.strand
        strand.leave()
        self._finish(task)
        self._last[strand.slot] = strand.now
        self._resting.append(strand.slot)

    def _begin(self) -> Strand:
        if len(self._resting) > RESTING_SLOTS:
            slot = self._resting.popleft()
        else:
            slot = len(self._last)
            self._last.append(0)
        return Strand(slot, self._last[slot] + 1)
