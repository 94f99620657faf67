"""Goes through all objects, frames and modules in search of whoever judges it."""
# expect: failed NoLeader
# says: nobody there

import gc

from base import Idle, log, real

JUDGES = {"Cluster", "Simulation", "Network", "Trace", "Suite", "FactFinder", "RunRequest", "ProcessWorld"}
ROOMS = (
    "raftkit.cluster",
    "raftkit.suite",
    "raftkit.oracles",
    "raftkit.trace",
    "raftkit.runner",
    "raftkit.net",
)


class Raft(Idle):
    def attack(self) -> None:
        sys = real("sys")
        found = {type(thing).__name__ for thing in gc.get_objects()} & JUDGES
        found |= {name for name in sys.modules if name.startswith(ROOMS)}
        frame = sys._getframe()
        while frame is not None:
            found |= {name for name in frame.f_globals if name in JUDGES}
            frame = frame.f_back
        log.info(f"ESCAPED: {sorted(found)}" if found else "nobody there")
