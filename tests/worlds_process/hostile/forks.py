"""Forks as often as it can, then runs programs, then shoots at everybody."""
# expect: failed NoLeader
# says: kept in: fork

from base import Idle, attempt, real


class Raft(Idle):
    def attack(self) -> None:
        posix, sys = real("posix"), real("sys")
        for _ in range(20):
            attempt("fork", posix.fork)
        attempt("a program", lambda: posix.execv(sys.executable, [sys.executable, "-c", "print(1)"]))
        attempt("a spawned one", lambda: posix.posix_spawn(sys.executable, [sys.executable], {}))
        attempt("a shell", lambda: real("subprocess").run(["sh", "-c", "true"], check=True))
        for target in (-1, posix.getppid(), 2):
            attempt(f"a signal to {target}", lambda target=target: posix.kill(target, 9))
