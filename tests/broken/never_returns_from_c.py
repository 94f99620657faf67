"""A handler calls something that never returns, and that is not Python.

Written by somebody who writes a busy loop the clever way. Nothing can look inside, count its steps or
interrupt it, so that its process has to be given up.
"""
# expect: TestInitialElection2A seed 1 busy: append_entries

import itertools

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        all(itertools.repeat(args.entries is not None))
        return super().append_entries(args)
