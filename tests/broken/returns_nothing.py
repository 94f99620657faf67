"""A handler forgets its reply on one of its ways out.

Written by somebody who comes from Go, where replies are filled in and not returned.
"""
# expect: TestInitialElection2A failed: the handler append_entries returned nothing

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply | None:
        reply = super().append_entries(args)
        if not args.entries:
            return None
        return reply
