"""AppendEntries is carried out whatever its term: a leader that was deposed goes on to be obeyed.

Written by somebody who begins with rule 2, where it becomes interesting.
"""
# breaks: safety | Raft §5.1, Figure 2: AppendEntries, rule 1
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos 1 TestOldLeaderChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        with self._lock:
            args.term = max(args.term, self.current_term)
        return super().append_entries(args)
