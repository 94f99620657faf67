"""A success sets match index and next index, also when a later message was answered before.

Written by somebody who assigns where the paper means "update".
"""
# breaks: performance | Raft §5.3, Figure 2: matchIndex increases monotonically
# caught: lab - | oracles -

from reference import Raft as Reference


class Raft(Reference):
    def _note_match(self, peer: int, index: int) -> None:
        self.match_index[peer] = index
        self.next_index[peer] = index + 1
        super()._note_match(peer, index)
