"""A save that fails is logged, and the server goes on as if it had been saved.

Written by somebody whose editor was not content before every error had been caught.
"""
# breaks: safety | Raft §5.1, Figure 2: saved before answering
# caught: lab - | oracles - | chaos 1 TestBadDisksChaos
# expect: TestDiskErrors2N seed 1 failed: without saving

from reference import Raft as Reference

from raftkit.contract import log


class Raft(Reference):
    def _save(self, snapshot: bytes | None = None) -> None:
        try:
            super()._save(snapshot)
        except OSError as error:
            log.erro("cannot save", error=str(error))
