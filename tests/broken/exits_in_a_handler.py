"""A handler calls ``sys.exit`` when a term is not what it expects.

Written by somebody who believes that this can never happen.
"""
# expect: TestInitialElection2A crashed: SystemExit: unexpected term in append_entries

import sys

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        if args.term >= self.current_term:
            sys.exit("unexpected term")
        return super().append_entries(args)
