"""Vote and log survive a crash, the term begins at 0 again.

Written by somebody who takes it for something that the next message brings anyway.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab 1 TestPersist22C | oracles 1 TestPersist12C | chaos 1 TestSplitVotesChaos
# expect: TestPersist12C seed 1 failed: voted twice in term 1

from reference import Raft as Reference


class Raft(Reference):
    def _restore(self) -> None:
        super()._restore()
        self.current_term = 0
