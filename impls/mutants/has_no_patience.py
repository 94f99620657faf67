"""Election timeouts of 150 to 300 ms, as the paper has them, with a heartbeat every 110 ms.

Written by somebody whose messages have always arrived within a millisecond.
"""
# breaks: liveness | Raft §5.6: broadcast time << election timeout
# caught: lab 10 TestFigure8Unreliable2C | oracles 10 TestFigure8Unreliable2C | chaos 1 TestSlowRepairChaos
# expect: TestSlowLink2N seed 2 failed: has cost the leader its office
# expect: TestDrift2N seed 1 failed: has cost the leader its office

import random
import time

from reference import Raft as Reference


class Raft(Reference):
    def _postpone_election(self) -> None:
        self._election_at = time.monotonic() + random.uniform(0.15, 0.3)
