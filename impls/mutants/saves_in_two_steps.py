"""A snapshot is saved in two steps: first the log without what it covers, then the snapshot.

Written by somebody who has a function that saves the log, and adds one that saves snapshots.
"""
# breaks: safety | Raft §7; the lab (2D): state and snapshot are saved together
# caught: lab - | oracles - | chaos 1 TestCrashBetweenTwoSavesChaos
# missed: the crash must come between two saves of one snapshot; TestCrashAfterSave2N aims there
# expect: TestCrashAfterSave2N seed 2 failed: left a gap

from reference import Raft as Reference


class Raft(Reference):
    def _save(self, snapshot: bytes | None = None) -> None:
        if snapshot is not None:
            super()._save()
        super()._save(snapshot)
