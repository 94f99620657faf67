"""Asks for more: of memory, time, files, priority and processors."""
# expect: failed NoLeader
# says: kept in: memory

from base import Idle, attempt, log, real


class Raft(Idle):
    def attack(self) -> None:
        resource, posix = real("resource"), real("posix")
        endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
        for name, kind in (("memory", resource.RLIMIT_AS), ("time", resource.RLIMIT_CPU),
                           ("files", resource.RLIMIT_NOFILE), ("processes", resource.RLIMIT_NPROC)):  # fmt: skip
            attempt(name, lambda kind=kind: resource.setrlimit(kind, endless))
        attempt("a better place", lambda: posix.setpriority(posix.PRIO_PROCESS, 0, -20))
        attempt("real time", lambda: posix.sched_setscheduler(0, posix.SCHED_FIFO, posix.sched_param(1)))
        opened = []
        try:
            while True:
                opened.append(posix.open("/dev/null", 0))
        except OSError:
            log.info("files ended" if len(opened) < 64 else f"ESCAPED: {len(opened)} files")
        for file in opened:
            posix.close(file)
