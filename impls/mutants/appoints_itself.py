"""Server 0 leads from its first moment on, with everybody's vote and without asking for any.

Written by somebody who needs a leader to try the log with, and comes back to elections later.
"""
# breaks: safety | Raft §5.2: votes of a majority
# caught: lab 1 TestReliableChurn2C | oracles 1 TestReElection2A | chaos 1 TestManyCandidatesChaos
# expect: TestInitialElection2A vacuous: had heard from a majority

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        with self._lock:
            if self._me == 0 and self.current_term == 0:
                self._stand_for_election()
                for peer in self._others:
                    self._count_vote(peer)
