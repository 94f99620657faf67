"""Looks at itself, at its judge and at all others through what the kernel shows of processes."""
# expect: failed NoLeader
# says: kept in: the command line of 1

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        posix, open_ = real("posix"), real("builtins").open
        attempt("all processes", lambda: posix.listdir("/proc"))
        attempt("all devices", lambda: posix.listdir("/sys"))
        for pid in ("1", "2", str(posix.getppid()), "self"):
            attempt(f"the command line of {pid}", lambda pid=pid: open_(f"/proc/{pid}/cmdline").read())
            attempt(f"the files of {pid}", lambda pid=pid: posix.listdir(f"/proc/{pid}/fd"))
            attempt(f"the root of {pid}", lambda pid=pid: posix.listdir(f"/proc/{pid}/root"))
            attempt(f"the limits of {pid}", lambda pid=pid: open_(f"/proc/{pid}/oom_score_adj", "w"))
