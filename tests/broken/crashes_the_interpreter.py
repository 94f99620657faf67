"""A handler takes the whole interpreter down.

Written by nobody in Raft itself, but by some library in C below it.
"""
# expect: TestInitialElection2A seed 1 crashed: SIGSEGV

import faulthandler

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        faulthandler._sigsegv()
        return super().append_entries(args)
