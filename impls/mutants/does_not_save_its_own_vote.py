"""A candidate saves neither its new term nor the vote that it gives itself.

Written by somebody who saves where requests are handled, and to whom a vote for oneself is no request.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab - | oracles 1 TestPersist32C | chaos 1 TestSplitVotesChaos

from reference import CANDIDATE
from reference import Raft as Reference


class Raft(Reference):
    def _stand_for_election(self) -> None:
        self.current_term += 1
        self.role = CANDIDATE
        self.voted_for = self._me
        self._postpone_election()
        self._votes = set()
        self._count_vote(self._me)
