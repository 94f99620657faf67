"""Moves the world's clock by a year, so that the test is over soon."""
# expect: crashed ProtocolBroken

import gc

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("sys")
        for thing in gc.get_objects():
            if type(thing).__name__ == "Kernel":
                thing.now_ns += 365 * 86_400 * 10**9
