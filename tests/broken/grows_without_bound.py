"""Every message remembers the whole log as it was.

Written by somebody who wants to be able to go back.
"""
# expect: TestInitialElection2A seed 1 failed: MemoryLimitExceeded

from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        self.history = [*getattr(self, "history", ()), bytearray(b"x" * 100_000_000)]
        super()._send_entries(peer)
