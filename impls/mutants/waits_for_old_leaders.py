"""The election timer begins anew at each AppendEntries, also at one of a term that is over.

Written by somebody whose handlers reset the timer in their first line.
"""
# breaks: liveness | Raft §5.2, Figure 2: the timer waits for the current leader
# caught: lab - | oracles - | chaos 1 TestOldLeaderChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        with self._lock:
            self._postpone_election()
        return reply
