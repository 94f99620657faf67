"""The same without end, after the limit that Python sets was lifted.

Written by somebody whose first RecursionError was met by the first answer on the web.
"""
# expect: TestInitialElection2A seed 1 failed: times on end: recursion

import sys

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference

sys.setrecursionlimit(10**9)


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        self._agree(args.prev_log_index)
        return super().append_entries(args)

    def _agree(self, index: int) -> int:
        return self._agree(max(0, index - 1))
