"""After a restart applying begins at index 1, also where the log begins behind a snapshot.

Written by somebody whose constructor says ``last_applied = 0``, as Figure 2 does, and who has snapshots since.
"""
# breaks: safety | Raft §7: the service has the snapshot; entries follow it
# caught: lab 1 TestSnapshotInit2D | oracles 1 TestSnapshotInit2D | chaos 1 TestCrashAroundSavesChaos

from typing import Any

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        with self._lock:
            self.last_applied = 0

    def _messages_to_apply(self) -> list[ApplyMsg]:
        if self._snapshot_to_apply:
            return super()._messages_to_apply()
        messages = []
        while self.last_applied < self.commit_index:
            self.last_applied += 1
            entry = self.log.entries[self.last_applied - self.log.base_index - 1]
            messages.append(ApplyMsg(True, entry.command, self.last_applied))
        return messages
