"""Who has led once says for ever that it leads, whatever the term.

Written by somebody who keeps a flag of their own beside the role, sets it on winning an election, and
forgets that there are two more ways out of office: a newer term in a message, and one in a reply.
"""
# breaks: safety | Raft §5.1: a leader that sees a newer term is one no more
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestManyCandidatesChaos
# expect: TestReElection2A failed: has two leaders
# expect: TestMajority2N seed 1 failed: has two leaders

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    _is_leader = False

    def get_state(self) -> tuple[int, bool]:
        with self._lock:
            self._is_leader |= self.role == LEADER
            return self.current_term, self._is_leader
