"""Which of a server's goroutines stand still for ever, as far as their states tell.

A lock of Go's does not know who holds it. But when a question of the harness waits for a lock, and no goroutine of
its server can run by itself (none sleeps, none waits for an RPC, a timer or the service), then whoever holds it
waits, too.
"""

from collections.abc import Sequence

from raftkit.worlds.boundary import StuckThread

LOCKS = frozenset({"sync.Mutex.Lock", "sync.RWMutex.Lock", "sync.RWMutex.RLock", "semacquire"})
"""States of a goroutine that wants a lock."""
FOR_EVER = frozenset({"select (no cases)", "chan receive (nil chan)", "chan send (nil chan)"})
"""States that nothing ends."""
BOUND = LOCKS | FOR_EVER | {"sync.Cond.Wait", "sync.WaitGroup.Wait", "chan send"}
"""States that only another goroutine can end, if any."""


def find_standstill(threads: Sequence[StuckThread]) -> list[StuckThread]:
    """The goroutines of a server that wait for a lock for ever, or wait for ever and may hold it.

    Empty when somebody may release it yet.
    """
    for server in sorted({thread.server for thread in threads}):
        own = [thread for thread in threads if thread.server == server]
        waiting = [thread for thread in own if thread.waits_for in LOCKS]
        is_asked = any(thread.asked_ns >= 0 for thread in waiting)
        if is_asked and all(thread.waits_for in BOUND for thread in own):
            return waiting + [thread for thread in own if thread.waits_for in FOR_EVER]
    return []
