"""A leader commits whatever a majority has, also what an earlier leader left.

Written by everybody who has not yet read Figure 8.
"""
# expect: TestFigure8Unreliable2C failed: by counting

from reference import Raft as Reference


class Raft(Reference):
    def _advance_commit_index(self) -> None:
        have = sorted([self.log.last_index, *(p.match_index for p in self._progress.values())])
        index = have[(len(have) - 1) // 2]
        if index > self.commit_index:
            self._commit(index)
