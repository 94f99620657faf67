"""The kernel: virtual time, tasks, locks, and a private Python for each server.

It knows nothing of Raft, of networks or of suites, and it reads no real clock and no global random
source: everything follows from a seed.
"""

from raftkit.model import Instrumentation
from raftkit.sim._chance import BoundedChance
from raftkit.sim._guard import RefusedOperation, guard, install_guard, unguard
from raftkit.sim._instrument import compile_source
from raftkit.sim._kernel import NEVER, TIMED_OUT, Kernel, Task, TaskKilled, left_behind
from raftkit.sim._locks import BaseLock, make_locks
from raftkit.sim._space import Space
from raftkit.sim._standins import Refused

__all__ = [
    "NEVER",
    "TIMED_OUT",
    "BaseLock",
    "BoundedChance",
    "Instrumentation",
    "Kernel",
    "Refused",
    "RefusedOperation",
    "Space",
    "Task",
    "TaskKilled",
    "compile_source",
    "guard",
    "install_guard",
    "left_behind",
    "make_locks",
    "unguard",
]
