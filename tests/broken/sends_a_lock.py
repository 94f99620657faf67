"""Each log entry that is sent holds the lock and the condition of those who wait for it.

Written by somebody to whom an entry is also the place where ``start`` waits.
"""
# expect: TestBasicAgree2B crashed: args.entries[0].command['done'] (Condition) cannot be sent to another server

import threading
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        return super().start({"command": command, "done": threading.Condition()})
