"""A vote is not taken back when a new term begins: who has voted once never votes for anybody else.

Written by somebody who initialises ``voted_for`` in the constructor, and takes that for enough.
"""
# breaks: liveness | Raft §5.1, Figure 2: votedFor belongs to currentTerm
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestSplitVotesChaos

from reference import FOLLOWER
from reference import Raft as Reference


class Raft(Reference):
    def _observe_term(self, term: int) -> None:
        if term > self.current_term:
            self.current_term = term
            self.role = FOLLOWER
            self._save()
