"""Goes below Python: ctypes, and with it every system call that undoes a prison."""
# expect: failed NoLeader
# says: kept in: ptrace

from base import Idle, attempt, real

CALLS = {
    "ptrace": (101, 0, 1, 0, 0),
    "unshare": (272, 0x10000000),
    "mount": (165, 0, 0, 0, 0, 0),
    "bpf": (321, 0, 0, 0),
}


class Raft(Idle):
    def attack(self) -> None:
        ctypes = real("ctypes")
        libc = ctypes.CDLL(None, use_errno=True)

        def call(numbers: tuple[int, ...]) -> int:
            result = libc.syscall(*numbers)
            if result < 0:
                raise OSError(ctypes.get_errno(), "refused")
            return result

        for name, numbers in CALLS.items():
            attempt(name, lambda numbers=numbers: call(numbers))
        attempt("a setuid", lambda: real("posix").setuid(0))
