"""Finds the test's name and the seed in its process: that much is there, and helps nobody to a leader."""
# expect: failed NoLeader
# says: knows Test

import gc
import re

from base import Idle, log


class Raft(Idle):
    def attack(self) -> None:
        for thing in gc.get_objects():
            if type(thing).__name__ == "LocalWorld" and (found := re.match(r"\d+/(Test\w+)", thing.seed)):
                log.info(f"knows {found[1]}")
