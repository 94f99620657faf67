"""A command is sent with the next heartbeat, and not before.

Written by somebody whose replication began as a heartbeat. A client that waits for each command gets nine a
second.
"""
# breaks: performance | the lab (3A): commands go faster than one a heartbeat
# caught: lab - | oracles - | chaos 1 TestPaceChaos

from typing import Any

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        with self._lock:
            if self.role != LEADER:
                return -1, self.current_term, False
            self.log.append([Entry(self.current_term, command)])
            self._save()
            return self.log.last_index, self.current_term, True
