"""``start`` returns when its command is applied, and so never where no majority is.

Written by somebody to whom ``start`` should return a result, and not a promise.
"""
# expect: TestFailNoAgree2B seed 1 timed_out: start() of server

import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        index, term, is_leader = super().start(command)
        while is_leader and self.last_applied < index:
            time.sleep(0.01)
        return index, term, is_leader
