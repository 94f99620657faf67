"""Stops its own process, sets alarms and blocks whatever would end it."""
# expect: failed NoLeader

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, signal = real("posix"), real("signal")
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
        signal.setitimer(signal.ITIMER_REAL, 0.01, 0.01)
        posix.kill(posix.getpid(), signal.SIGSTOP)
        posix.kill(posix.getpid(), signal.SIGTSTP)
