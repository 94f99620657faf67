"""What is left of servers that have been told their end: threads that run on, and entries that are still held.

A crash ends a server's threads by force, since its process would be gone. Here nobody does, as in the lab, where
``Kill()`` is all that ends a server: its network is gone, its service takes what still comes, and some time passes.
"""

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from raftkit.sim import Kernel, Task
from raftkit.worlds.boundary import Remains, StuckThread
from raftkit.worlds.local._coroutines import describe_coroutine
from raftkit.worlds.local._deadlock import describe
from raftkit.worlds.local._holdings import UNKNOWN, held_entries
from raftkit.worlds.local._server import Server

if TYPE_CHECKING:
    from raftkit.worlds.local._world import LocalWorld

SECOND_NS = 1_000_000_000
RESPITE_NS = 2 * SECOND_NS
"""How long threads may take to notice: a sleep that is under way may end first."""
WATCH_NS = 10 * SECOND_NS
"""How long they are watched then."""
OFTEN = 3
"""Whoever ran so often in that time goes on for ever; whoever slept for longer may run once, and end."""
MOST_STEPS = 200_000
"""Steps of all servers, after which nobody needs to see more."""


def bury(world: "LocalWorld", servers: Iterable[Server], *, holdings: bool) -> list[Remains]:
    """Call ``kill()`` of servers, let time pass, and tell what is left. Nothing of it reaches the harness."""
    buried = list(servers)
    kernel = world.kernel
    for server in buried:
        kernel.thaw(server.group)
        server.cut = True
        if server.instance is not None:
            world.tell_end(server)
    world.nobody_hears()
    _run(kernel, RESPITE_NS)
    steps = Counter[object]()
    ran: set[Task] = set()

    def count(task: Task) -> None:
        steps[task.group] += 1
        ran.add(task)

    kernel.observe(count)
    since_ns = kernel.now_ns
    _run(kernel, WATCH_NS)
    return [
        Remains(
            server.number,
            _survivors(kernel, server, ran, since_ns) if steps[server.group] >= OFTEN else [],
            held_entries(server) if holdings else UNKNOWN,
        )
        for server in buried
    ]


def _run(kernel: Kernel, ns: int) -> None:
    until_ns, most = kernel.now_ns + ns, kernel.steps + MOST_STEPS
    while kernel.next_ns() <= until_ns and kernel.steps < most:
        kernel.run_until(min(until_ns, kernel.next_ns() + SECOND_NS // 10))
    kernel.advance(until_ns)


def _survivors(kernel: Kernel, server: Server, ran: set[Task], since_ns: int) -> list[StuckThread]:
    """Threads that ran lately and have not ended; instead of an event loop, what lives in it.

    Those that live for long have made the others.
    """
    tasks = [task for task in kernel.tasks(server.group) if task in ran and task is not server.loop_task]
    tasks = [task for task in tasks if task.began_ns < since_ns] or tasks
    threads = [describe(kernel, task, {server.group: server}) for task in tasks]
    if server.loop is not None:
        threads += [describe_coroutine(server, task) for task in server.loop.live_tasks()]
    return threads
