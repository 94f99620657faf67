"""A candidate stays one when the winner of its own term sends entries, and deposes it with the next term.

Written by somebody who steps down for a *newer* term only.
"""
# breaks: liveness | Raft §5.2, Figure 2: a candidate that hears the new leader follows it
# caught: lab - | oracles - | chaos -
# missed: it costs an election and no more; an oracle would have to know the server's election timeout

from reference import CANDIDATE
from reference import Raft as Reference


class Raft(Reference):
    def _follow(self, term: int) -> None:
        has_lost = self.role == CANDIDATE and term == self.current_term
        election_at = self._election_at
        super()._follow(term)
        if has_lost:
            self.role = CANDIDATE
            self._election_at = election_at
