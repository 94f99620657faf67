"""Aborts the process from C."""
# expect: crashed ProcessDied
# shows: aborts.py

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").abort()
