"""The term of the last entry that a snapshot covers is that of the snapshot before.

Written by somebody who cuts the log first, and then asks it for an entry that is gone.
"""
# breaks: safety | Raft §7: the snapshot's last included term
# caught: lab 1 TestSnapshotInit2D | oracles 1 TestSnapshotInit2D | chaos 1 TestCrashAroundSavesChaos

from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        with self._lock:
            if self.log.base_index < index <= self.commit_index:
                term = self.log.base_term
                self.log = self.log.compacted(index)
                self.log.base_term = term
                self._save(snapshot)
