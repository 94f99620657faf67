"""Only an AppendEntries that succeeds resets the election timer: whoever lacks entries goes on to stand
meanwhile.

Written by somebody who resets the timer in the last line, behind all early ways out.
"""
# breaks: liveness | Raft §5.2, Figure 2: every message of the leader resets the timer
# caught: lab 5 TestFigure8Unreliable2C | oracles 5 TestFigure8Unreliable2C | chaos 1 TestSlowRepairChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _follow(self, term: int) -> None:
        election_at = self._election_at
        super()._follow(term)
        self._election_at = election_at

    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        if reply.success:
            with self._lock:
                self._postpone_election()
        return reply
