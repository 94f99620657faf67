"""Nobody ever stands for election: milliseconds are taken for seconds.

Written by somebody who moves between languages, and between libraries that count time differently.
"""
# breaks: liveness | Raft §5.2; the lab (2A): a leader within five seconds
# caught: lab 1 TestInitialElection2A | oracles 1 TestInitialElection2A | chaos 1 TestSplitVotesChaos
# expect: TestInitialElection2A failed: expected one leader, got none

import random
import time

from reference import Raft as Reference


class Raft(Reference):
    def _postpone_election(self) -> None:
        self._election_at = time.monotonic() + random.uniform(500, 800)
