"""Half of the servers count as a majority: right with three and with five, wrong with four.

Written by somebody who rounds ``n / 2`` up, and has never tried an even number.
"""
# breaks: safety | Raft §5.2, §5.3: more than half
# caught: lab - | oracles - | chaos 1 TestSplitVotesChaos
# expect: TestHalves2N seed 1 failed: without a majority

from reference import Raft as Reference


class Raft(Reference):
    def _count_vote(self, voter: int) -> None:
        super()._count_vote(voter)
        if 2 * len(self._votes) == len(self._peers):
            super()._count_vote(-1)

    def _advance_commit_index(self) -> None:
        have = sorted([self.log.last_index, *(self.match_index[peer] for peer in self._others)])
        index = have[len(have) // 2]
        if index > self.commit_index and self.log.term_at(index) == self.current_term:
            self._commit(index)
