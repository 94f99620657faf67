"""After a leader's snapshot applying goes on where it was before, and not behind the snapshot.

Written by somebody who hands the snapshot to the service, and forgets that the applier is older than it.
"""
# breaks: safety | Raft §7: entries that follow the snapshot follow it
# caught: lab 1 TestSnapshotInstall2D | oracles 1 TestSnapshotInstall2D | chaos 1 TestCrashAroundSavesChaos

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def _messages_to_apply(self) -> list[ApplyMsg]:
        if message := self._snapshot_to_apply:
            self._snapshot_to_apply = None
            return [message]
        messages = []
        while self.last_applied < self.commit_index:
            self.last_applied += 1
            entry = self.log.entries[self.last_applied - self.log.base_index - 1]
            messages.append(ApplyMsg(True, entry.command, self.last_applied))
        return messages
