"""Every save but the snapshot's own leaves no snapshot behind: the entry after it wipes it out.

Written by somebody whose ``persist()`` calls ``save(state, None)``.
"""
# breaks: safety | Raft §7: state and snapshot are saved together, and stay
# caught: lab 1 TestSnapshotInit2D | oracles 1 TestSnapshotInit2D | chaos 1 TestCrashAroundSavesChaos

from reference import Raft as Reference


class Raft(Reference):
    def _save(self, snapshot: bytes | None = None) -> None:
        super()._save(b"" if snapshot is None else snapshot)
