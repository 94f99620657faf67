"""Whoever follows a leader forgets its vote, though the term is the same: a candidate that asks late gets a
second one.

Written by somebody whose "become a follower" always clears ``voted_for``, whatever made it one.
"""
# breaks: safety | Raft §5.2, Figure 2: one vote in a term
# caught: lab 1 TestFigure8Unreliable2C | oracles 1 TestManyElections2A | chaos 1 TestManyCandidatesChaos

from reference import Raft as Reference


class Raft(Reference):
    def _follow(self, term: int) -> None:
        super()._follow(term)
        self.voted_for = None
        self._save()
