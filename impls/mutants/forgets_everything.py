"""Nothing of what was saved is read after a restart.

Written by somebody who has done 2A and 2B, whose tests crash nobody, and has put 2C off.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab 1 TestPersist12C | oracles 1 TestPersist12C | chaos 1 TestSplitVotesChaos
# expect: TestPersist12C seed 1 failed: voted twice in term 1

from reference import Raft as Reference


class Raft(Reference):
    def _restore(self) -> None:
        pass
