"""``snapshot`` does nothing: the log grows for ever.

Written by somebody to whom a snapshot is the service's business.
"""
# breaks: resources | Raft §7: the log is discarded up to the snapshot
# caught: lab 1 TestSnapshotBasic2D | oracles 1 TestSnapshotBasic2D | chaos 1 TestCrashAroundSavesChaos
# expect: TestLongLife2S failed: entries behind its snapshot

from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        pass
