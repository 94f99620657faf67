"""A server takes over the term of whatever message it gets, also of one from the past.

Written by somebody who has only seen terms grow.
"""
# breaks: safety | Raft §5.1: a server's term only grows
# caught: lab 1 TestFigure82C | oracles 1 TestSnapshotInstallUnreliable2D | chaos 1 TestManyCandidatesChaos
# expect: TestMuteServer2N failed: went back from term
# expect: TestManyElections2A seed 2 failed: server 3 went back from term 7 to term 6

from reference import FOLLOWER
from reference import Raft as Reference


class Raft(Reference):
    def _observe_term(self, term: int) -> None:
        if term != self.current_term:
            self.current_term = term
            self.voted_for = None
            self.role = FOLLOWER
            self._save()
