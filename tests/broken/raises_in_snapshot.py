"""``snapshot`` looks up an entry that a snapshot has replaced already.

Written by somebody who subtracts the base index once too often.
"""
# expect: TestSnapshotBasic2D crashed: IndexError: list index out of range in snapshot()

from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        with self._lock:
            self.log.entries[index - 1].command = None
        super().snapshot(index, snapshot)
