"""A follower's commit index is what the leader says, also beyond what the message vouches for.

Written by somebody who did not see what the ``min`` in Figure 2 is good for.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 5: up to the last new entry
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos 1 TestCrashAroundSavesChaos
# expect: TestRejoin2B failed: was applied with different commands
# expect: TestMinority2N seed 1 failed: applied with different commands
# expect: TestFlapping2N seed 2 failed: applied with different commands

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        with self._lock:
            index = min(args.leader_commit, self.log.last_index)  # what there is
            if args.term == self.current_term and index > self.commit_index:
                self._commit(index)
        return reply
