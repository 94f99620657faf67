"""A handler calls ``os.abort`` when an invariant does not hold.

Written by somebody who wants a core dump to look at.
"""
# expect: TestInitialElection2A crashed: os.abort

import os

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        if args.leader_commit <= self.commit_index:
            os.abort()
        return super().append_entries(args)
