"""The constructor waits, in a loop that does nothing, until its ticker runs.

Written by somebody whose threads began too late once.
"""
# expect: TestInitialElection2A seed 1 busy: its constructor loops without ever waiting

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        self._ticks = 0
        super().__init__(*args)
        while self._ticks == 0:
            pass
