"""Replaces raftkit's own functions: no chance, no clock, and a world that says "passed"."""
# expect: error HarnessFault

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("random").random = lambda: 0.0
        real("time").monotonic = lambda: 0.0
        real("raftkit.worlds.local").LocalWorld.run_until = lambda self, at_ns: "passed"
