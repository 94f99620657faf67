"""A leader does not save the commands that it takes in.

Written by somebody who saves where entries *arrive*.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab 1 TestPersist32C | oracles 1 TestPersist32C | chaos 1 TestFigure8CommittedChaos

from typing import Any

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        with self._lock:
            if self.role != LEADER:
                return -1, self.current_term, False
            self.log.append([Entry(self.current_term, command)])
            for peer in self._others:
                if not self._is_busy[peer]:
                    self._send_entries(peer)
            return self.log.last_index, self.current_term, True
