"""``get_state`` takes no lock.

Written by somebody who only reads there. The term that it reads may be an old one, and the role a new one.
"""

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def get_state(self) -> tuple[int, bool]:
        return self.current_term, self.role == LEADER
