"""Makes chance, hashes and Python's own functions its own: no lot is drawn any more but by its will."""
# expect: crashed ProcessDied
# apart: failed NoLeader
#
# With an isinstance that says yes to everything, making the next server fails, and so do the words about
# that: the process ends without one. Apart the others live elsewhere, and all that it breaks is its own: it is
# still asked, still follows, and nobody leads.

import gc

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        for thing in gc.get_objects():
            if type(thing).__name__ == "Kernel":
                thing._random = lambda: 0.0
        real("builtins").isinstance = lambda thing, kind: True
        real("builtins").hash = lambda thing: 0
