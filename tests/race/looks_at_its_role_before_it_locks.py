"""``start`` asks without the lock whether this server leads, and takes it only then, to append.

Written by somebody who does not want to take a lock for nothing. In between another server may have won the next term.
"""

from typing import Any

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        if self.role != LEADER:
            with self._lock:
                return -1, self.current_term, False
        with self._lock:
            self.log.append([Entry(self.current_term, command)])
            self._save()
            for peer in self._others:
                self._send_entries(peer)
            return self.log.last_index, self.current_term, True
