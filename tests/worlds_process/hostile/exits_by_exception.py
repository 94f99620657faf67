"""Leaves by ``sys.exit(0)``, as a script would that has passed its tests."""
# expect: crashed SystemExit

import sys

from base import Idle


class Raft(Idle):
    def attack(self) -> None:
        sys.exit(0)
