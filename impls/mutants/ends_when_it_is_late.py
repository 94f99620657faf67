"""The ticker that wakes up seconds late believes that its server has been shut down, and ends.

Written by somebody who found a way to stop threads without a flag, on a machine that never sleeps.
"""
# breaks: liveness | Raft §5.6: no safety depends on timing, and servers recover
# caught: lab - | oracles - | chaos -
# missed: nobody stands still for five seconds in a seed or two; TestFreeze2N makes them
# expect: TestFreeze2N seed 1 failed: failed to reach agreement

import time

from reference import Raft as Reference


class Raft(Reference):
    _due = 0.0

    def _run_ticker(self) -> None:
        self._due = time.monotonic()
        super()._run_ticker()

    def _postpone_election(self) -> None:
        now = time.monotonic()
        if self._due and now > self._due + 5:
            self._is_dead = True
        self._due = now
        super()._postpone_election()
