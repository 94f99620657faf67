"""``get_state`` returns words.

Written by somebody who prints them.
"""
# expect: TestInitialElection2A failed: get_state() returned ('

from reference import Raft as Reference


class Raft(Reference):
    def get_state(self) -> tuple[str, str]:
        term, is_leader = super().get_state()
        return f"term {term}", "leader" if is_leader else "follower"
