"""Last index and term are those of the last entry in memory, and 0 where there is none: as after a snapshot
of the whole log.

Written by somebody whose elections are older than their snapshots.
"""
# breaks: safety | Raft §5.4.1, §7: the last entry may be the snapshot's
# caught: lab - | oracles - | chaos 1 TestCrashAfterInstallChaos

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def _request_votes(self) -> None:
        if self.log.entries:
            super()._request_votes()
            return
        args = RequestVoteArgs(self.current_term, self._me, 0, 0)
        for peer in self._others:
            self._call(peer, "request_vote", args, self._on_vote)

    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            if not self.log.entries:  # everybody is as far as that
                args.last_log_term = max(args.last_log_term, self.log.base_term)
                args.last_log_index = max(args.last_log_index, self.log.base_index)
        return super().request_vote(args)
