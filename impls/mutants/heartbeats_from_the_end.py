"""Each heartbeat begins at the end of the leader's log, and what refusals have found out until then is
forgotten.

Written by somebody whose heartbeats should be small. A follower that needs longer than a heartbeat is never
repaired.
"""
# breaks: liveness | Raft §5.3: nextIndex decreases until the logs match
# caught: lab - | oracles -

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def _postpone_election(self) -> None:
        super()._postpone_election()
        if self.role == LEADER:  # the ticker is about to send heartbeats
            self.next_index = [self.log.last_index + 1] * len(self._peers)
