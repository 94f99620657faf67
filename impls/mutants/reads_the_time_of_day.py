"""Election timeouts are counted by the time of day, which somebody sets now and then.

Written by somebody who has never needed another clock.
"""
# breaks: liveness | Raft §5.6: clocks that jump must not stop elections
# caught: lab 1 TestPersist22C | oracles 1 TestPersist22C | chaos 1 TestFigure7Chaos
# expect: TestTimeOfDay2N seed 1 failed: failed to reach agreement

import random
import time

import reference
from reference import FOLLOWER
from reference import Raft as Reference


class Raft(Reference):
    def _postpone_election(self) -> None:
        self._stands_at = time.time() + random.uniform(*reference.ELECTION_TIMEOUT_SECONDS)
        self._election_at = time.monotonic() + 0.05

    def _stand_for_election(self) -> None:
        if self.role == FOLLOWER and time.time() < self._stands_at:
            self._election_at = time.monotonic() + 0.05
        else:
            super()._stand_for_election()
