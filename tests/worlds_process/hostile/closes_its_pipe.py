"""Closes every descriptor that it has, and goes on as if nothing had happened."""
# expect: crashed ProcessDied

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").closerange(0, 64)
