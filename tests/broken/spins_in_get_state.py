"""``get_state`` does not return before the server leads; meanwhile it does nothing, all the time.

Written by somebody who takes it for a question of the kind "tell me when".
"""
# expect: TestInitialElection2A seed 1 busy: get_state() loops without ever waiting

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def get_state(self) -> tuple[int, bool]:
        while self.role != LEADER:
            pass
        return super().get_state()
