"""A server votes for every candidate whose log is good enough, as often as it is asked in a term.

Written by somebody who has the comparison of logs in mind, which is the harder half of the rule.
"""
# breaks: safety | Raft §5.2, Figure 2: one vote in a term
# caught: lab 14 TestFigure82C | oracles 1 TestManyElections2A | chaos 1 TestManyCandidatesChaos
# expect: TestManyElections2A failed: voted twice in term
# expect: TestRing2N seed 1 failed: voted twice

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            self._observe_term(args.term)
            ours = (self.log.term_at(self.log.last_index), self.log.last_index)
            is_granted = args.term == self.current_term and (args.last_log_term, args.last_log_index) >= ours
            if is_granted:
                self.voted_for = args.candidate_id
                self._save()
                self._postpone_election()
            return RequestVoteReply(self.current_term, is_granted)
