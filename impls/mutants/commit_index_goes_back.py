"""A follower's commit index is what the message just handled says, also when that is an old one; what
follows is applied again.

Written by somebody who has seen the ``min`` of rule 5, and not the "if" before it.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 5; commitIndex increases monotonically
# caught: lab 1 TestPersist32C | oracles 1 TestPersist32C | chaos 1 TestCrashAroundSavesChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        with self._lock:
            if reply.success:
                self.commit_index = min(args.leader_commit, args.prev_log_index + len(args.entries))
                self.last_applied = min(self.last_applied, self.commit_index)
        return reply
