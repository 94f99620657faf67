"""asyncio's locks, which know who holds them, and what a task waits for: a deadlock can be told then."""

import asyncio
from asyncio import tasks
from dataclasses import dataclass
from functools import partial
from types import FrameType
from typing import Any, Literal


class SimLock(asyncio.Lock):
    """asyncio's own, and who has it.

    Attributes:
        owner: The task that took it; None while nobody has it, and where nobody can tell.
    """

    owner: "asyncio.Task[Any] | None" = None

    async def acquire(self) -> Literal[True]:
        """Take the lock; while the task waits, its loop knows for what and since when."""
        loop: Any = asyncio.get_running_loop()
        task: Any = asyncio.current_task()
        loop.lock_waits[task] = self, loop.now_ns
        try:
            await super().acquire()
        finally:
            del loop.lock_waits[task]
        # `wait_for(lock.acquire(), 1)` has a task do this and nothing else, for another that goes on with it.
        is_errand = getattr(task.get_coro(), "cr_code", None) is SimLock.acquire.__code__
        self.owner = None if is_errand else task
        return True

    def release(self) -> None:
        """Give it back; any task may."""
        super().release()
        self.owner = None


class SimCondition(asyncio.Condition):
    """asyncio's own, over a lock that knows who has it."""

    def __init__(self, lock: asyncio.Lock | None = None) -> None:
        super().__init__(SimLock() if lock is None else lock)


for _ours, _theirs in ((SimLock, asyncio.Lock), (SimCondition, asyncio.Condition)):  # as users see them
    _ours.__name__ = _ours.__qualname__ = _theirs.__name__
    _ours.__module__ = _theirs.__module__


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a task stands, and what it waits for.

    Attributes:
        frames: Its stack, outermost first.
        text: What it waits for, in words; empty when it has not begun.
        future: What it awaits.
        behind: The task that must move before this one can, if one is known.
        since_ns: When it began to wait for a lock; 0 when it waits for something else.
        gives_up: Whether a time-out ends the wait.
    """

    frames: list[FrameType]
    text: str
    future: Any
    behind: "asyncio.Task[Any] | None"
    since_ns: int
    gives_up: bool


def standing_of(loop: Any, task: Any) -> Standing:
    """Look at a task that does not run."""
    frames, awaited = _frames_of(task)
    future = getattr(task, "_fut_waiter", None)
    lock, since_ns = loop.lock_waits.get(task, (None, 0))
    behind = future if isinstance(future, asyncio.Task) else None
    if lock is not None:
        behind = lock.owner
        awaited = "a Lock" + ("" if behind is None else f" held by task {behind.get_name()!r}")
    if behind is not None and behind.done():
        awaited += ", which has ended"
    return Standing(frames, awaited, future, behind, since_ns, _gives_up(loop, task))


def _frames_of(task: Any) -> tuple[list[FrameType], str]:
    """The stack of a task, and the name of what it awaits."""
    frames: list[FrameType] = []
    awaited = task.get_coro()
    name = ""
    while awaited is not None:
        frame = getattr(awaited, "cr_frame", None) or getattr(awaited, "gi_frame", None)
        if frame is None:
            break
        frames.append(frame)
        name = awaited.__qualname__
        awaited = getattr(awaited, "cr_await", None) or getattr(awaited, "gi_yieldfrom", None)
    return frames, name


def _gives_up(loop: Any, task: Any) -> bool:
    """Whether ``asyncio.timeout`` or ``wait_for`` will cancel a task; of the latter's waiters the task knows."""
    release: Any = getattr(tasks, "_release_waiter", None)
    waiters = [
        callback.args[0]
        for callback, _ in getattr(task, "_callbacks", None) or ()
        if isinstance(callback, partial) and callback.func is release
    ]
    for handle in loop._scheduled:
        callback = handle._callback
        if handle._cancelled:
            continue
        if callback is release and any(handle._args[0] is waiter for waiter in waiters):
            return True
        timeout = getattr(callback, "__self__", None)
        if isinstance(timeout, asyncio.Timeout) and getattr(timeout, "_task", None) is task:
            return True
    return False
