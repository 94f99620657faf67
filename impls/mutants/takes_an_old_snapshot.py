"""A snapshot from the leader is taken whatever it contains, also when the server is far beyond it.

Written by somebody to whom the leader is always right.
"""
# breaks: safety | Raft §7: a snapshot never takes the service back
# caught: lab 4 TestSnapshotInstallUnCrash2D | oracles 4 TestSnapshotInstallUnCrash2D | chaos 1 TestLateSnapshotsChaos
# expect: TestSnapshotInstallUnCrash2D seed 4 failed: back in time

from reference import ApplyMsg, InstallSnapshotArgs, InstallSnapshotReply, Log
from reference import Raft as Reference


class Raft(Reference):
    def install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply:
        with self._lock:
            if args.term < self.current_term:
                return InstallSnapshotReply(self.current_term)
            self._follow(args.term)
            index, term = args.last_included_index, args.last_included_term
            if self.log.base_index <= index <= self.log.last_index and self.log.term_at(index) == term:
                self.log = self.log.compacted(index)
            else:
                self.log = Log(index, term)
            self._save(args.data)
            self.commit_index = index
            self._snapshot_to_apply = ApplyMsg(
                snapshot_valid=True, snapshot=args.data, snapshot_term=term, snapshot_index=index
            )
            self._applier_wakes.notify()
            return InstallSnapshotReply(self.current_term)
