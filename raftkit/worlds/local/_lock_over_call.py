"""Locks that are held over a call while others wait for them.

Looked at when a call has come back: whoever holds a lock then has held it all the time, and whoever waits for it has
waited since before. Where nobody waits for any lock, that costs one look at an empty list.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from raftkit.sim import BaseLock, Task
from raftkit.worlds.boundary import LockHeld
from raftkit.worlds.local._report import clip, encodable, short_path, stack_of

if TYPE_CHECKING:
    from raftkit.worlds.local._server import Server

LONG_NS = 10_000_000
"""So long may somebody wait for a lock: an answer on a network that loses nothing takes a tenth of that."""


def look_at_locks(server: "Server", over: str, since_ns: int) -> None:
    """Tell of the locks that the running task has held over a call since a moment; each place in the code once.

    Args:
        server: Whose thread it is.
        over: What it has waited for: ``the reply of S1 to append_entries``.
        since_ns: When the call began.
    """
    world = server.world
    task = world.kernel.current
    assert task is not None
    for lock, waiter, waited_ns in _held(server, task, since_ns):
        place = _place(lock)
        if (place, over) not in world.locks_told:
            world.locks_told.add((place, over))
            world.emit(
                LockHeld(
                    server.number,
                    server.incarnation,
                    f"{lock.name}{place}",
                    clip(encodable(task.name)),
                    over,
                    clip(encodable(waiter.name)),
                    waited_ns,
                    stack_of(world.kernel, task),
                    stack_of(world.kernel, waiter),
                )
            )


def _held(server: "Server", task: Task, since_ns: int) -> Iterator[tuple[BaseLock, Task, int]]:
    """Locks of a task for which another has waited for too long, one waiter each."""
    now_ns = server.world.kernel.now_ns
    for lock in dict.fromkeys(server.world.locks.contended):
        if lock.owner is not task or not lock.waiters:
            continue
        waiter = min(lock.waiters, key=lambda other: other.since_ns)
        waited_ns = now_ns - max(since_ns, waiter.since_ns)
        if waited_ns >= LONG_NS:
            yield lock, waiter, waited_ns


def _place(lock: BaseLock) -> str:
    where = lock.taken_at()
    return "" if where is None else f", taken in {where[2]} at {short_path(where[0])}:{where[1]}"
