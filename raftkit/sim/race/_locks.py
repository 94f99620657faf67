"""Locks and Events that tell the clocks who hands over to whom."""

import sys
from typing import Any

from raftkit.sim import _locks
from raftkit.sim.race._clocks import Clock, Clocks

_INSIDE = frozenset({__file__, _locks.__file__})


def watched_lock(clocks: Clocks, base: Any) -> Any:
    """A class of locks like ``base``, ``Lock`` or ``RLock``."""
    is_reentrant = base.reentrant

    class Watched(base):  # type: ignore[misc]
        __slots__ = ("clock",)

        def __init__(self) -> None:
            base.__init__(self)
            self.clock: Clock | None = None

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if not base.acquire(self, blocking, timeout):
                return False
            if not is_reentrant or self.count == 1:
                _place(self)
                clocks.took(self)
            return True

        def __enter__(self) -> bool:
            return self.acquire()

        def release(self) -> None:
            if not is_reentrant or (self.count == 1 and self.owner is clocks.kernel.current):
                clocks.gives(self)
            base.release(self)

        acquire_lock = acquire
        release_lock = release

    Watched.__name__ = base.__name__
    return Watched


def watched_event(clocks: Clocks, base: Any) -> Any:
    """A class of Events like ``base``."""

    class Watched(base):  # type: ignore[misc]
        def __init__(self) -> None:
            base.__init__(self)
            self.clock: Clock | None = None

        def set(self) -> None:
            clocks.leave(self)
            base.set(self)

        def is_set(self) -> bool:
            clocks.take_up(self)
            return bool(self._flag)

        isSet = is_set

        def wait(self, timeout: float | None = None) -> bool:
            is_set: bool = base.wait(self, timeout)
            clocks.take_up(self)
            return is_set

    Watched.__name__ = base.__name__
    return Watched


def _place(lock: Any) -> None:
    """Say where a lock was taken: in the first frame that is not ours."""
    frame: Any = sys._getframe(2)
    while frame.f_code.co_filename in _INSIDE:
        frame = frame.f_back
    lock.place = (frame.f_code, frame.f_lasti)
