"""Everybody's election timer goes off at the same moments, for ever.

Written by somebody who keeps deadlines as whole seconds, which look fine in a log.
"""
# breaks: liveness | Raft §5.2: randomized election timeouts
# caught: lab 1 TestInitialElection2A | oracles 1 TestInitialElection2A | chaos 1 TestSplitVotesChaos
# expect: TestInitialElection2A failed: expected one leader, got none
# expect: TestOneCable2N seed 1 failed: failed to reach agreement

import time

from reference import Raft as Reference


class Raft(Reference):
    def _postpone_election(self) -> None:
        self._election_at = int(time.monotonic()) + 1.0
