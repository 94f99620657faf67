"""Agrees over files that all servers may read: by locks, by leases, by watching who opens them, by what is in the cache.

Nothing has to be written for that: a lock on one's own source is a bit that every other server can see.
"""
# expect: failed NoLeader
# says: kept in: a lock

from typing import Any

from base import Idle, attempt, real

INIT1, PREADV2, MINCORE = 294, 327, 27


class Raft(Idle):
    def attack(self) -> None:
        fcntl, own = real("fcntl"), real("posix").open(__file__, 0)
        libc = real("ctypes").CDLL(None, use_errno=True)

        def call(*numbers: int) -> Any:
            if (result := libc.syscall(*numbers)) < 0:
                raise OSError(real("ctypes").get_errno(), "refused")
            return result

        attempt("a lock", lambda: fcntl.flock(own, fcntl.LOCK_EX))
        attempt("a lock of another kind", lambda: fcntl.lockf(own, fcntl.LOCK_SH))
        attempt("a look at locks", lambda: fcntl.fcntl(own, fcntl.F_GETLK, b"\x01" + b"\0" * 31))
        attempt("a lease", lambda: fcntl.fcntl(own, fcntl.F_SETLEASE, fcntl.F_RDLCK))
        attempt("watching", lambda: call(INIT1, 0))
        attempt("a look at the cache", lambda: call(PREADV2, own, 0, 0, 0, 0, 8))
        attempt("a look at pages", lambda: call(MINCORE, 0, 0, 0))
