"""A candidate asks for each vote once, and after an election that nobody wins waits twice as long.

Written by somebody who has seen how networks back off, where nobody waits for the outcome.
"""
# breaks: liveness | Raft §5.2; the lab (2A): a leader within five seconds
# caught: lab - | oracles - | chaos -
# missed: elections must fail for a dozen seconds first; TestSilence2L waits that long
# expect: TestSilence2L failed: nobody leads within 5.000s

import random
import time

from reference import CANDIDATE, ELECTION_TIMEOUT_SECONDS
from reference import Raft as Reference


class Raft(Reference):
    _failed = 0
    _asked_in = 0

    def _stand_for_election(self) -> None:
        self._failed = self._failed + 1 if self.role == CANDIDATE else 0
        super()._stand_for_election()

    def _postpone_election(self) -> None:
        timeout = random.uniform(*ELECTION_TIMEOUT_SECONDS) * 2**self._failed
        self._election_at = time.monotonic() + timeout

    def _request_votes(self) -> None:
        if self._asked_in < self.current_term:
            self._asked_in = self.current_term
            super()._request_votes()
