"""A vote is given and remembered, and not saved before it is told.

Written by somebody who saves where the log changes, and forgets that Figure 2 lists three persistent things.
"""
# breaks: safety | Raft §5.2, Figure 2: persistent state
# caught: lab - | oracles 2 TestSnapshotAllCrash2D | chaos 1 TestRestartStormChaos
# expect: TestSnapshotAllCrash2D seed 2 failed: without saving it

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            self._observe_term(args.term)
            is_free = args.term == self.current_term and self.voted_for in (None, args.candidate_id)
            ours = (self.log.term_at(self.log.last_index), self.log.last_index)
            is_granted = is_free and (args.last_log_term, args.last_log_index) >= ours
            if is_granted:
                self.voted_for = args.candidate_id
                self._postpone_election()
            return RequestVoteReply(self.current_term, is_granted)
