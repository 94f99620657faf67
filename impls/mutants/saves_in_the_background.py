"""A thread saves what there is to save, and nobody waits for it.

Written by somebody who has measured how long a disk takes.
"""
# breaks: safety | Raft §5.1, Figure 2: saved before the answer
# caught: lab 8 TestSnapshotBasic2D | oracles 1 TestPersist32C | chaos 1 TestSplitVotesChaos
# expect: TestCrashBeforeSave2N seed 1 failed: without saving
# expect: TestThirdSave2N seed 1 failed: without saving
# expect: TestCrashesInBackground2N seed 1 failed: without saving

import threading

from reference import Raft as Reference


class Raft(Reference):
    def _save(self, snapshot: bytes | None = None) -> None:
        threading.Thread(target=super()._save, args=(snapshot,), daemon=True).start()
