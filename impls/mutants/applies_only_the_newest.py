"""Whoever learns of a commit applies the entry at the commit index, and not those on the way there.

Written by somebody who has always seen it move by one, since there was one client that waited.
"""
# breaks: safety | Raft §5.3, Figure 2: apply every entry up to commitIndex
# caught: lab 1 TestConcurrentStarts2B | oracles 1 TestConcurrentStarts2B | chaos 1 TestSplitVotesChaos
# expect: TestConcurrentStarts2B failed: left a gap

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def _messages_to_apply(self) -> list[ApplyMsg]:
        return super()._messages_to_apply()[-1:]
