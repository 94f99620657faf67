"""``kill`` ends a timer that is there only once the server has led.

Written by somebody whose program ends with the test, so that nobody reads what it says then.
"""
# expect: TestPersist12C crashed: in kill()

from reference import Raft as Reference


class Raft(Reference):
    def kill(self) -> None:
        super().kill()
        self._heartbeats.cancel()  # type: ignore[attr-defined]
