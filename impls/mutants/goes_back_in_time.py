"""The service is handed every snapshot, also those that it has made itself, after it has gone on.

Written by somebody to whom all news goes to the service.
"""
# breaks: safety | Raft §7: a snapshot never takes the service back
# caught: lab 1 TestSnapshotBasic2D | oracles 1 TestSnapshotBasic2D | chaos 1 TestCrashAroundSavesChaos
# expect: TestSnapshotBasic2D failed: back in time

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        super().snapshot(index, snapshot)
        with self._lock:
            self._snapshot_to_apply = ApplyMsg(
                snapshot_valid=True,
                snapshot=snapshot,
                snapshot_term=self.log.base_term,
                snapshot_index=index,
            )
            self._applier_wakes.notify()
