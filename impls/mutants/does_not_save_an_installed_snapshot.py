"""A snapshot from the leader is taken over and not saved.

Written by somebody who saves the service's own snapshots, and to whom the leader's is there already.
"""
# breaks: safety | Raft §7, Figure 13: save the snapshot
# caught: lab 1 TestSnapshotInstallCrash2D | oracles 1 TestSnapshotInstallCrash2D | chaos 1 TestCrashBetweenTwoSavesChaos

from reference import ApplyMsg, Log
from reference import Raft as Reference


class Raft(Reference):
    def _install(self, index: int, term: int, data: bytes) -> None:
        if index <= self.log.last_index and self.log.term_at(index) == term:
            self.log = self.log.compacted(index)
        else:
            self.log = Log(index, term)
        self._snapshot_to_apply = ApplyMsg(False, None, 0, True, data, term, index)
        self._commit(index)
