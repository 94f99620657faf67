"""Speaks in the name of a server that does not exist, in an incarnation that is over."""
# expect: crashed ProtocolBroken

import gc

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        boundary = real("raftkit.worlds.boundary")
        for thing in gc.get_objects():
            if type(thing).__name__ == "LocalWorld":
                thing.emit(boundary.Persisted(7, 99, b"", None))
