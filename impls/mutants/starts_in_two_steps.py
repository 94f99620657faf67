"""``start`` looks whether it leads, lets the lock go, and takes it again to append: what it appends may be
of a term that it follows in.

Written by somebody whose locks are held as briefly as possible.
"""
# breaks: safety | Raft §5.3: only the leader of a term makes its entries
# caught: lab - | oracles -

from typing import Any

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        term, is_leader = self.get_state()
        if not is_leader:
            return -1, term, False
        with self._lock:
            self.log.append([Entry(self.current_term, command)])
            self._save()
            for peer in self._others:
                if self.role == LEADER and not self._is_busy[peer]:
                    self._send_entries(peer)
            return self.log.last_index, self.current_term, True
