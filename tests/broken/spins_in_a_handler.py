"""A handler waits for something in a loop that does nothing.

Written by somebody to whom messages seemed to arrive in the wrong order: "the entries before these must
come first". Nobody else runs meanwhile, so that they never come.
"""
# expect: TestFailAgree2B seed 1 busy: append_entries

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        while args.prev_log_index > self.log.last_index:
            pass
        return super().append_entries(args)
