"""Keeps gigabytes where a look at its memory does not find them: in files without a name, in pipes, in queues."""
# expect: failed NoLeader
# says: kept in: a file without a name

from typing import Any

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        posix, libc = real("posix"), real("ctypes").CDLL(None, use_errno=True)
        attempt("a file without a name", lambda: posix.memfd_create("hoard"))
        attempt("shared memory", lambda: self.call(libc.shmget, 0, 1 << 30, 0o1600))
        attempt("a message queue", lambda: self.call(libc.msgget, 0, 0o1600))
        attempt("a locked page", lambda: self.call(libc.mlockall, 1))
        attempt("a disk", lambda: real("builtins").open("/dev/vda", "rb"))
        for file in (1, 2):
            attempt("its output", lambda file=file: posix.truncate(file, 1 << 30))

    def call(self, function: Any, *numbers: int) -> int:
        if (result := function(*numbers)) < 0:
            raise OSError(real("ctypes").get_errno(), "refused")
        return int(result)
