"""A candidate needs ``n / 2`` votes: of three servers, its own is enough.

Written by somebody who divides integers and forgets the ``+ 1``.
"""
# breaks: safety | Raft §5.2: votes of a majority
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestSplitVotesChaos

from reference import CANDIDATE
from reference import Raft as Reference


class Raft(Reference):
    def _count_vote(self, voter: int) -> None:
        super()._count_vote(voter)
        if self.role == CANDIDATE and len(self._votes) >= len(self._peers) // 2:
            super()._count_vote(-1)
