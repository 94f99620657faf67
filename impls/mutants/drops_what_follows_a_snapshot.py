"""A snapshot from the leader replaces the whole log, also what a follower has behind it and answered for.

Written by somebody who reads Figure 13 as far as "discard the entire log".
"""
# breaks: safety | Raft §7, Figure 13: rule 6
# caught: lab - | oracles - | chaos -
# missed: entries must overtake the snapshot before them; TestOvertakenSnapshot2X brings that about
# expect: TestOvertakenSnapshot2X seed 8 failed: which it had acknowledged

from reference import InstallSnapshotArgs, InstallSnapshotReply, Log
from reference import Raft as Reference


class Raft(Reference):
    def install_snapshot(self, args: InstallSnapshotArgs) -> InstallSnapshotReply:
        with self._lock:
            if args.term >= self.current_term and args.last_included_index > self.commit_index:
                self.log = Log(self.log.base_index, self.log.base_term)
        return super().install_snapshot(args)
