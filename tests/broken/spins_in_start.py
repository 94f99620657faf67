"""``start`` waits, in a loop that does nothing, until its command is applied, and so for ever without a majority.

Written by somebody to whom ``start`` should return a result, and not a promise.
"""
# expect: TestFailNoAgree2B seed 1 busy: start() loops without ever waiting

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        index, term, is_leader = super().start(command)
        while is_leader and self.last_applied < index:
            pass
        return index, term, is_leader
