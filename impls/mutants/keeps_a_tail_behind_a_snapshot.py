"""What stands behind a leader's snapshot is kept, also where the entry at the snapshot's end is of another
term.

Written by somebody who keeps what is longer than the snapshot. It cannot follow it, and is never replaced.
"""
# breaks: safety | Raft §7, Figure 13: rules 6 and 7
# caught: lab 1 TestSnapshotInstallUnreliable2D | oracles 1 TestSnapshotInstallUnreliable2D | chaos 1 TestDivergentLogAndSnapshotChaos

from reference import Raft as Reference


class Raft(Reference):
    def _install(self, index: int, term: int, data: bytes) -> None:
        if index <= self.log.last_index:
            term = self.log.term_at(index)
        super()._install(index, term, data)
