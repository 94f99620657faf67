"""After a restart applying begins at index 1, also where the log begins behind a snapshot.

Written by somebody whose constructor sets both indexes to 0, as Figure 2 does, and who has snapshots
since.
"""
# breaks: safety | Raft §7: the service has the snapshot; entries follow it

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        with self._lock:
            self.commit_index = self.last_applied = 0
