"""Threads that can never go on.

A thread waits for a lock; the lock has an owner; the owner waits for something too. Followed to the
end, such a chain either reaches a thread that can still move, or it proves a deadlock: it comes back
to itself, or it ends at a thread that has ended and still holds the lock. The service is part of
these chains: it takes no message from ``apply_ch`` while its call of ``snapshot`` has not returned.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from raftkit.sim import BaseLock, Kernel, Task
from raftkit.worlds.boundary import StuckThread
from raftkit.worlds.local._report import stack_of
from raftkit.worlds.local._server import Server


def find_deadlock(
    kernel: Kernel, servers: Iterable[Server], *, waiting_ns: int, certain: bool
) -> list[StuckThread]:
    """The threads of the first deadlock, in the order in which each waits for the next; else nothing.

    A plain Lock may be released by another thread than its owner, and some programs use one as a
    signal. So only threads that have waited for ``waiting_ns`` count, and a chain is *certain* when
    several threads wait in a circle, or an RLock's owner has ended. The others (a thread that waits for
    itself, a Lock whose owner has ended) are reported when a call from outside is stuck behind them.
    """
    alive = {server.group: server for server in servers}
    before_ns = kernel.now_ns - waiting_ns
    for task in kernel.tasks():
        if not isinstance(task.waits_for, BaseLock) or task.group not in alive:
            continue
        chain = _chain(task, alive, before_ns)
        if any(kernel.has_timeout(link) for link in chain):
            continue  # one of them gives up in a while, and then the others go on
        if chain and (_is_certain(chain) or (not certain and task.served)):
            return [describe(kernel, link, alive) for link in chain]
    return []


def _is_certain(chain: list[Task]) -> bool:
    last = chain[-1]
    if last.done:
        lock = chain[-2].waits_for
        return isinstance(lock, BaseLock) and lock.reentrant
    return len({id(task) for task in _circle(chain)}) > 1


def _circle(chain: list[Task]) -> list[Task]:
    """The part of a chain that closes on itself; its last link is the first one again."""
    return chain[chain.index(chain[-1]) :]


def _chain(task: Task, alive: Mapping[Any, Server], before_ns: int) -> list[Task]:
    """Who waits for whom, until somebody appears twice or has ended; empty when somebody can still move."""
    chain = [task]
    while True:
        last = chain[-1]
        if last.since_ns > before_ns:
            return []
        following = _waits_for(last, alive)
        if following is None:
            return []
        chain.append(following)
        if following.done or following in chain[:-1]:
            return chain


def _waits_for(task: Task, alive: Mapping[Any, Server]) -> Task | None:
    """The thread that must move before this one can."""
    target = task.waits_for
    if isinstance(target, BaseLock):
        return target.owner
    if isinstance(target, Task):
        return target
    server = alive.get(task.group)
    if server is not None and target is server.put_wait:
        return server.snapshot_task
    return None


def describe(kernel: Kernel, task: Task, alive: Mapping[Any, Server]) -> StuckThread:
    """A thread, what it waits for, and where it stands."""
    server = alive.get(task.group)
    if task.done:
        waits = "nothing: it has ended without releasing the lock"
    elif server is not None and task.waits_for is server.put_wait and server.snapshot_task is not None:
        waits = "the service to take an ApplyMsg; the service is still in its call of snapshot()"
    else:
        waits = str(task.waits_for) if task.waits_for is not None else "its turn"
    number = server.number if server is not None else -1
    asked_ns = task.began_ns if task.served else -1
    return StuckThread(number, task.name, waits, stack_of(kernel, task), asked_ns, task.done)
