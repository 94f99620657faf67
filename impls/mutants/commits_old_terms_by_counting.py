"""A leader commits whatever a majority has, also what an earlier leader left.

Written by everybody who has not yet read Figure 8.
"""
# breaks: safety | Raft §5.4.2, Figure 8: entries of earlier terms are not committed by counting
# caught: lab 2 TestFigure8Unreliable2C | oracles 1 TestFigure8Unreliable2C | chaos 1 TestFigure8Chaos
# expect: TestFigure8Unreliable2C failed: by counting
# expect: TestBridge2N seed 2 failed: of term 3, by counting

from reference import Raft as Reference


class Raft(Reference):
    def _advance_commit_index(self) -> None:
        have = sorted([self.log.last_index, *(self.match_index[peer] for peer in self._others)])
        index = have[(len(have) - 1) // 2]
        if index > self.commit_index:
            self._commit(index)
