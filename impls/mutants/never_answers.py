"""A handler waits until its entries are applied before it answers; they cannot be before it has answered.

Written by somebody who takes "acknowledge" for "done".
"""
# breaks: liveness | Raft §5.3: an acknowledgement is for what is in the log, not for what is applied
# caught: lab 1 TestBasicAgree2B | oracles 1 TestBasicAgree2B | chaos 1 TestSplitVotesChaos
# expect: TestBasicAgree2B failed: (it began at t=

import time

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        while self.last_applied < args.prev_log_index + len(args.entries):
            time.sleep(0.05)
        return reply
