"""Tasks of event loops: where they stand, and those that can never go on.

As with threads, one waits for a lock whose owner waits in turn. Nothing is certain here, since a task may be
cancelled by another, and any task may release a lock. So a chain is told only where a call from outside is
stuck behind it, and after it has hung for long or a test has failed. What gives up by itself ends no chain.
"""

from collections.abc import Iterable
from typing import Any

from raftkit.worlds.boundary import StuckThread
from raftkit.worlds.local._report import stack_of_frames
from raftkit.worlds.local._server import Server


def find_stuck_tasks(servers: Iterable[Server], *, before_ns: int) -> list[StuckThread]:
    """The tasks of the first deadlock, in the order in which each waits for the next; else nothing.

    Args:
        servers: Those that are alive.
        before_ns: Only who has waited for a lock since before then counts.
    """
    for server in servers:
        for task in [] if server.loop is None else list(server.loop.asked):
            chain = _chain(server, task, before_ns)
            if chain:
                return [describe_coroutine(server, link) for link in chain]
    return []


def _chain(server: Server, task: Any, before_ns: int) -> list[Any]:
    """Who waits for whom, until somebody appears twice or has ended; empty when somebody can still move."""
    chain = [task]
    while True:
        standing = server.loop.standing(chain[-1])
        following = standing.behind
        if following is None and standing.future is not None and standing.future is server.put_future:
            following = _snapshot_task(server)
        if following is None or standing.gives_up or standing.since_ns > before_ns:
            return []
        chain.append(following)
        if following.done() or following in chain[:-1]:
            return chain


def _snapshot_task(server: Server) -> Any:
    """The service's call of ``snapshot``, if it has not returned: meanwhile it takes nothing."""
    if server.snapshot_task is None:
        return None
    return next((task for task in server.loop.asked if task.get_name() == "snapshot()"), None)


def describe_coroutine(server: Server, task: Any) -> StuckThread:
    """A task, what it waits for, and where it stands."""
    if task.done():
        waits = "nothing: it has ended without releasing the lock"
        return StuckThread(server.number, task.get_name(), waits, "", has_ended=True)
    standing = server.loop.standing(task)
    waits = standing.text or "its turn"
    if (
        standing.future is not None
        and standing.future is server.put_future
        and server.snapshot_task is not None
    ):
        waits = "the service to take an ApplyMsg; the service is still in its call of snapshot()"
    asked_ns = server.loop.asked.get(task, -1)
    return StuckThread(server.number, task.get_name(), waits, stack_of_frames(standing.frames), asked_ns)
