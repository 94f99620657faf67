"""A follower's commit index is the leader's, also where the follower's log ends before it.

Written by somebody who reads rule 5 of AppendEntries as far as the comma.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 5
# caught: lab 1 TestFailAgree2B | oracles 1 TestFailAgree2B | chaos 1 TestCrashBetweenTwoSavesChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        with self._lock:
            if args.term == self.current_term and args.leader_commit > self.commit_index:
                self._commit(args.leader_commit)
        return reply
