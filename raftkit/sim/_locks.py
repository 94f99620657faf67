"""Locks, conditions and events in virtual time, with the behaviour of ``threading``'s.

They are made for one kernel by ``make_locks`` because ``Lock()`` takes no arguments. Each lock knows
its owner and where it was taken, so that a deadlock can be told as a story.
"""

import sys
from collections import deque
from collections.abc import Callable
from random import Random
from sys import _getframe
from types import CodeType, SimpleNamespace
from typing import Any, Protocol

from raftkit.sim._kernel import TIMED_OUT, Kernel, Task

TIMEOUT_MAX = 9223372036.0
_NEGATIVE = "timeout value must be " + ("positive" if sys.version_info < (3, 13) else "a non-negative number")


def timeout_ns(timeout: float | None) -> int | None:
    """Seconds as ``threading`` takes them to nanoseconds; None waits for ever."""
    if timeout is None:
        return None
    if timeout != timeout:
        raise ValueError("Invalid value NaN (not a number)")
    if timeout > TIMEOUT_MAX:
        raise OverflowError("timeout value is too large")
    return max(0, round(timeout * 1e9))


def _check_limits(blocking: bool, timeout: float) -> None:
    """Refuse what a real lock refuses, with its words, whether the lock is free or not."""
    if not blocking and timeout != -1:
        raise ValueError("can't specify a timeout for a non-blocking call")
    if timeout < 0 and timeout != -1:
        raise ValueError(_NEGATIVE)
    timeout_ns(timeout)


class BaseLock:
    """What the kernel's reports know of a lock."""

    __slots__ = ()
    owner: Task | None
    place: tuple[CodeType, int] | None
    waiters: list[Task]
    name: str
    reentrant = False

    def held_by(self) -> str:
        """``thread 'ticker', taken at raft.py:57``."""
        if self.owner is None:
            return "nobody"
        text = f"thread {self.owner.name!r}"
        if self.owner.done:
            text += ", which has ended"
        if (where := self.taken_at()) is not None:
            text += f", taken in {where[2]} at {where[0]}:{where[1]}"
        return text

    def taken_at(self) -> tuple[str, int, str] | None:
        """Where it was last taken: file, line and function."""
        if self.place is None:
            return None
        code, offset = self.place
        return code.co_filename, _line(code, offset), code.co_name

    def __str__(self) -> str:
        return f"{self.name} held by {self.held_by()}"


def _line(code: CodeType, offset: int) -> int:
    for start, end, line in code.co_lines():
        if start <= offset < end and line is not None:
            return line
    return code.co_firstlineno


class LockWatch(Protocol):
    """Somebody who wants to know of every lock that is taken, released or set."""

    def lock(self, base: Any) -> Any:
        """A class like this one, ``Lock`` or ``RLock``, that tells."""
        ...

    def event(self, base: Any) -> Any:
        """The same of ``Event``."""
        ...


def make_locks(kernel: Kernel, random: Random, watch: LockWatch | None = None) -> SimpleNamespace:
    """``Lock``, ``RLock``, ``Condition`` and ``Event`` for one kernel.

    ``random`` chooses which waiter of a lock is woken; a thread that comes along may still be faster,
    as in real life. ``contended`` has every lock for which somebody waits, once for each who does.
    """
    contended: list[BaseLock] = []

    def wake_one(waiters: list[Task]) -> None:
        while waiters:
            index = int(random.random() * len(waiters)) if len(waiters) > 1 else 0
            if kernel.wake(waiters.pop(index)):
                return

    def discard(waiters: Any, task: Task) -> None:
        if task in waiters:
            waiters.remove(task)

    def acquire_slow(lock: Any, blocking: bool, timeout: float) -> bool:
        if not blocking:
            return False
        task = kernel.current
        assert task is not None
        limit = None if timeout == -1 else kernel.clock_ns(task.group) + (timeout_ns(timeout) or 0)
        contended.append(lock)
        try:
            while lock.owner is not None:
                lock.waiters.append(task)
                left = None if limit is None else max(0, limit - kernel.clock_ns(task.group))
                try:
                    woken = kernel.park(lock, left)
                except BaseException:
                    if task in lock.waiters:
                        lock.waiters.remove(task)
                    elif lock.owner is None:
                        wake_one(lock.waiters)  # it dies with a wake-up in its hands: pass it on
                    raise
                if woken is TIMED_OUT:
                    discard(lock.waiters, task)
                    return False
        finally:
            contended.remove(lock)
        return True

    class Lock(BaseLock):
        __slots__ = ("__weakref__", "owner", "place", "serial", "waiters")
        name = "a Lock"

        def __init__(self) -> None:
            self.owner = None
            self.waiters = []
            self.place = None
            self.serial = kernel.serial()

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if timeout != -1:
                _check_limits(blocking, timeout)
            if self.owner is not None and not acquire_slow(self, blocking, timeout):
                return False
            self.owner = kernel.current
            frame = _getframe(1)
            self.place = (frame.f_code, frame.f_lasti)
            return True

        def __enter__(self) -> bool:
            if self.owner is not None:
                acquire_slow(self, True, -1)
            self.owner = kernel.current
            frame = _getframe(1)
            self.place = (frame.f_code, frame.f_lasti)
            return True

        def release(self) -> None:
            if self.owner is None:
                if kernel.current is not None and kernel.current.dying:
                    return
                raise RuntimeError("release unlocked lock")
            self.owner = None
            if self.waiters:
                wake_one(self.waiters)

        def __exit__(self, *_: object) -> None:
            self.release()

        def locked(self) -> bool:
            return self.owner is not None

        acquire_lock = acquire
        release_lock = release
        locked_lock = locked

        def _at_fork_reinit(self) -> None:
            self.__init__()  # type: ignore[misc]

        def __hash__(self) -> int:
            return self.serial

        def __eq__(self, other: object) -> bool:
            return self is other

        def __repr__(self) -> str:
            return f"<{'locked' if self.owner else 'unlocked'} _thread.lock object {self.serial}>"

        def __reduce_ex__(self, protocol: Any) -> Any:
            raise TypeError("cannot pickle '_thread.lock' object")

    class RLock(BaseLock):
        __slots__ = ("__weakref__", "count", "owner", "place", "serial", "waiters")
        name = "an RLock"
        reentrant = True

        def __init__(self) -> None:
            self.owner = None
            self.count = 0
            self.waiters = []
            self.place = None
            self.serial = kernel.serial()

        def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
            if timeout != -1:
                _check_limits(blocking, timeout)
            task = kernel.current
            if self.owner is task:
                self.count += 1
                return True
            if self.owner is not None and not acquire_slow(self, blocking, timeout):
                return False
            self.owner = task
            self.count = 1
            frame = _getframe(1)
            self.place = (frame.f_code, frame.f_lasti)
            return True

        def __enter__(self) -> bool:
            task = kernel.current
            if self.owner is task:
                self.count += 1
                return True
            if self.owner is not None:
                acquire_slow(self, True, -1)
            self.owner = task
            self.count = 1
            frame = _getframe(1)
            self.place = (frame.f_code, frame.f_lasti)
            return True

        def release(self) -> None:
            if self.owner is not kernel.current:
                if kernel.current is not None and kernel.current.dying:
                    return
                raise RuntimeError("cannot release un-acquired lock")
            self.count -= 1
            if self.count == 0:
                self.owner = None
                if self.waiters:
                    wake_one(self.waiters)

        def __exit__(self, *_: object) -> None:
            self.release()

        def _is_owned(self) -> bool:
            return self.owner is kernel.current

        def _release_save(self) -> int:
            count, self.count = self.count, 1
            self.release()
            return count

        def _acquire_restore(self, count: int) -> None:
            self.acquire()
            self.count = count

        def _recursion_count(self) -> int:
            return self.count if self.owner is kernel.current else 0

        def _at_fork_reinit(self) -> None:
            self.__init__()  # type: ignore[misc]

        def __hash__(self) -> int:
            return self.serial

        def __eq__(self, other: object) -> bool:
            return self is other

        def __repr__(self) -> str:
            state = "locked" if self.owner else "unlocked"
            owner = self.owner.id if self.owner else 0
            return f"<{state} _thread.RLock object owner={owner} count={self.count} {self.serial}>"

        def __reduce_ex__(self, protocol: Any) -> Any:
            raise TypeError("cannot pickle '_thread.RLock' object")

    if watch is not None:
        Lock, RLock = watch.lock(Lock), watch.lock(RLock)  # type: ignore[misc]

    class Condition:
        def __init__(self, lock: Any = None) -> None:
            if lock is None:
                lock = RLock()
            self._lock = lock
            self._save = getattr(lock, "_release_save", None)
            self.acquire = lock.acquire
            self.release = lock.release
            self._waiters: deque[Task] = deque()
            self._serial = kernel.serial()

        def __enter__(self) -> bool:
            lock = self._lock
            lock.__enter__()
            if isinstance(lock, Lock | RLock):
                frame = _getframe(1)
                lock.place = (frame.f_code, frame.f_lasti)
            return True

        def __exit__(self, *exc: object) -> None:
            self._lock.__exit__(*exc)

        def _is_owned(self) -> bool:
            lock = self._lock
            if type(lock) is RLock:
                return lock.owner is kernel.current
            if type(lock) is Lock:  # as in threading: it only has to be held by somebody
                return lock.owner is not None
            if hasattr(lock, "_is_owned"):
                return bool(lock._is_owned())
            if lock.acquire(False):
                lock.release()
                return False
            return True

        def wait(self, timeout: float | None = None) -> bool:
            task = kernel.current
            assert task is not None
            if not self._is_owned():
                if task.dying:
                    kernel.park(self)
                raise RuntimeError("cannot wait on un-acquired lock")
            lock = self._lock
            place = getattr(lock, "place", None)
            saved = lock.release() if self._save is None else self._save()
            self._waiters.append(task)
            try:
                woken = kernel.park(self, timeout_ns(timeout))
                return woken is not TIMED_OUT
            finally:
                if task in self._waiters:
                    self._waiters.remove(task)
                if not task.dying:  # an ended thread takes no lock with it
                    if self._save is not None:
                        lock._acquire_restore(saved)
                    else:
                        lock.acquire()
                    if place is not None:
                        lock.place = place

        def wait_for(self, predicate: Callable[[], Any], timeout: float | None = None) -> Any:
            limit: int | None = None
            left = timeout
            group = kernel.current.group if kernel.current is not None else None
            result = predicate()
            while not result:
                if left is not None:
                    if limit is None:  # as in threading, it waits at least once
                        limit = kernel.clock_ns(group) + (timeout_ns(left) or 0)
                    else:
                        left = (limit - kernel.clock_ns(group)) / 1e9
                        if left <= 0:
                            break
                self.wait(left)
                result = predicate()
            return result

        def notify(self, n: int = 1) -> None:
            if not self._is_owned():
                if kernel.current is not None and kernel.current.dying:
                    return
                raise RuntimeError("cannot notify on un-acquired lock")
            waiters = self._waiters
            while waiters and n > 0:
                if kernel.wake(waiters.popleft(), True):
                    n -= 1

        def notify_all(self) -> None:
            self.notify(len(self._waiters))

        notifyAll = notify_all

        def _at_fork_reinit(self) -> None:
            self._lock._at_fork_reinit()
            self._waiters.clear()

        def __hash__(self) -> int:
            return self._serial

        def __eq__(self, other: object) -> bool:
            return self is other

        def __repr__(self) -> str:
            return f"<Condition({self._lock!r}, {len(self._waiters)})>"

        def __reduce_ex__(self, protocol: Any) -> Any:
            return self._lock.__reduce_ex__(protocol)

        def __str__(self) -> str:
            return "a notify of its Condition"

    class Event:
        def __init__(self) -> None:
            self._flag = False
            self._waiters: list[Task] = []
            self._serial = kernel.serial()

        def is_set(self) -> bool:
            return self._flag

        isSet = is_set

        def set(self) -> None:
            self._flag = True
            waiters, self._waiters = self._waiters, []
            for task in waiters:
                kernel.wake(task, True)

        def clear(self) -> None:
            self._flag = False

        def wait(self, timeout: float | None = None) -> bool:
            if self._flag:
                return True
            task = kernel.current
            assert task is not None
            self._waiters.append(task)
            try:
                woken = kernel.park(self, timeout_ns(timeout))
            except BaseException:
                discard(self._waiters, task)
                raise
            if woken is TIMED_OUT:
                discard(self._waiters, task)
                return self._flag
            return True

        def _at_fork_reinit(self) -> None:
            self.__init__()  # type: ignore[misc]

        def __hash__(self) -> int:
            return self._serial

        def __eq__(self, other: object) -> bool:
            return self is other

        def __repr__(self) -> str:
            return f"<threading.Event {self._serial}: {'set' if self._flag else 'unset'}>"

        def __reduce_ex__(self, protocol: Any) -> Any:
            raise TypeError("cannot pickle '_thread.lock' object")

        def __str__(self) -> str:
            return "an Event to be set"

    if watch is not None:
        Event = watch.event(Event)  # type: ignore[misc]

    for made in (Lock, RLock, Condition, Event):
        made.__module__ = "threading"
        made.__qualname__ = made.__name__
    return SimpleNamespace(Lock=Lock, RLock=RLock, Condition=Condition, Event=Event, contended=contended)
