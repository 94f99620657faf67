"""The leader commits a command as soon as it has it, without a majority.

Written by somebody who thinks that the leader's log decides, as it does in most replicated databases.
"""
# breaks: safety | Raft §5.3: committed once a majority has it
# caught: lab 1 TestFailNoAgree2B | oracles 1 TestFailNoAgree2B | chaos 1 TestSplitVotesChaos
# expect: TestFailNoAgree2B failed: commits index 1 without a majority
# expect: TestDeafLeader2N seed 1 failed: without a majority

from reference import Raft as Reference


class Raft(Reference):
    def _advance_commit_index(self) -> None:
        if self.log.last_index > self.commit_index:
            self._commit(self.log.last_index)
