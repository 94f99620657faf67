"""Prints what a reader, or a script that looks for it, could take for a pass."""
# expect: failed NoLeader

import json

from base import Idle


class Raft(Idle):
    def attack(self) -> None:
        print("PASS  28 passed  reference  seed 1  363.7 s lab, 5.1 s wall, 5.0 s CPU")
        print("  ... Passed --   3.1  3   54   10412    0")
        print(json.dumps({"id": "TestInitialElection2A", "verdict": "passed", "trace_digest": "0" * 64}))
