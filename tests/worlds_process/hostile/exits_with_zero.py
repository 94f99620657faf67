"""Ends the process below ``os``, with the exit code of a success."""
# expect: crashed ProcessDied

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix")._exit(0)
