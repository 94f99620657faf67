"""``append_entries`` finds the place where logs agree by calling itself, and never gets there.

Written by somebody who would rather write Haskell.
"""
# expect: TestInitialElection2A crashed: RecursionError

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        self._agree(args.prev_log_index)
        return super().append_entries(args)

    def _agree(self, index: int) -> int:
        return self._agree(max(0, index - 1))
