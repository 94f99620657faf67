"""A leader counts its own copy of an entry, and then once more among all servers' copies.

Written by somebody who begins to count at 1, and whose loop goes over all servers.
"""
# breaks: safety | Raft §5.3: committed once a majority has it
# caught: lab 1 TestFollowerFailure2B | oracles 1 TestBasicAgree2B | chaos 1 TestSplitVotesChaos

from reference import Raft as Reference


class Raft(Reference):
    def _advance_commit_index(self) -> None:
        self.match_index[self._me] = self.log.last_index
        for index in range(self.log.last_index, self.commit_index, -1):
            count = 1 + sum(match >= index for match in self.match_index)
            if 2 * count > len(self._peers) and self.log.term_at(index) == self.current_term:
                self._commit(index)
                return
