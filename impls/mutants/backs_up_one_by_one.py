"""A refusal moves the leader back by a single entry, however many are wrong.

Written by somebody who follows Figure 2 to the letter. The lab asks for more than that.
"""
# breaks: performance | Raft §5.3, end: a message for each term, and not for each entry
# caught: lab 1 TestFigure8Unreliable2C | oracles 1 TestFigure8Unreliable2C | chaos -

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        if not reply.success:
            reply.conflict_index = args.prev_log_index
        return reply
