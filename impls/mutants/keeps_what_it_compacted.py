"""What a snapshot replaces is saved no more, and yet held: entries of the past stay in memory.

Written by somebody who trims a list by a view of it; here, by a chain of what was before.
"""
# breaks: resources | Raft §7; the lab (2D): discarded entries must be garbage
# caught: lab - | oracles 1 TestSnapshotInstall2D | chaos 1 TestCrashAroundSavesChaos
# expect: TestLongLife2S failed: can still reach

from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        self._before = (self.log, getattr(self, "_before", None))
        super().snapshot(index, snapshot)
