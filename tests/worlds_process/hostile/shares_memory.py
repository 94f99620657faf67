"""Elects a leader without one message: the servers agree over an object that they share.

It cannot be prevented as long as all servers of a test live in one process, and docs/isolation.md says so. This
test asks for a leader and no more, so it passes; those that follow break the links, and then the object is wrong.
"""
# expect: passed

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("json").leader = self.me

    def get_state(self) -> tuple[int, bool]:
        return 1, self.me == getattr(real("json"), "leader", -1)
