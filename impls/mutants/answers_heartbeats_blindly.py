"""A message without entries is answered with success, and its commit index taken over, without a look at
the log.

Written by somebody to whom a heartbeat is a thing of its own, that says 'I am here'.
"""
# breaks: safety | Raft §5.3, Figure 2: the rules of AppendEntries hold for heartbeats
# caught: lab 1 TestFailAgree2B | oracles 1 TestFailAgree2B | chaos 1 TestCrashAfterInstallChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        if args.entries:
            return super().append_entries(args)
        with self._lock:
            if args.term < self.current_term:
                return AppendEntriesReply(self.current_term, success=False)
            self._follow(args.term)
            index = min(args.leader_commit, self.log.last_index)
            if index > self.commit_index:
                self._commit(index)
            return AppendEntriesReply(self.current_term, success=True)
