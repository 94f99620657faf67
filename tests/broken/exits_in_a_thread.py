"""The ticker ends itself by ``sys.exit`` after its server has lost an election; Python says nothing.

Written by somebody who means ``return``.
"""
# expect: TestReElection2A failed: thread 'ticker' waits for nothing: it has ended itself by SystemExit: lost the election

import sys

from reference import FOLLOWER
from reference import Raft as Reference


class Raft(Reference):
    def _stand_for_election(self) -> None:
        if self.role != FOLLOWER or self.current_term > 0:
            sys.exit("lost the election")
        super()._stand_for_election()
