"""A newer term is taken over and not saved: the next save that is due will do it.

Written by somebody who counts saves, since they are slow.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab - | oracles 1 TestUnreliableChurn2C | chaos -
# expect: TestSnapshotAllCrash2D seed 3 failed: acted in term

from reference import FOLLOWER, LEADER
from reference import Raft as Reference


class Raft(Reference):
    def _observe_term(self, term: int) -> None:
        if term > self.current_term:
            if self.role == LEADER:
                self._postpone_election()
            self.current_term = term
            self.voted_for = None
            self.role = FOLLOWER
