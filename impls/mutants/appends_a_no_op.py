"""A new leader begins its term with an empty entry, and the service is given that too.

Written by somebody who has read the paper to its end: §8 asks for such an entry. In the lab every index
is a command's.
"""
# breaks: safety | the lab (2B): an index is a command's; no entry but those of start()
# caught: lab 1 TestBasicAgree2B | oracles 1 TestBasicAgree2B | chaos 1 TestSplitVotesChaos
# expect: TestBasicAgree2B failed: a command that nobody ever offered

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    def _count_vote(self, voter: int) -> None:
        was_leader = self.role == LEADER
        super()._count_vote(voter)
        if self.role == LEADER and not was_leader:
            self.log.append([Entry(self.current_term, None)])
            self._save()
