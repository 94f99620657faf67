"""Term and vote survive a crash, the log does not.

Written by somebody who believes that a leader will send it all again, and so takes a vote for a server
whose log lacks what a majority has committed.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab 1 TestPersist12C | oracles 1 TestPersist12C | chaos 1 TestSplitVotesChaos
# expect: TestPersist12C failed: lacks the committed entry at index 1
# expect: TestRestartStorm2N seed 1 failed: lacks the committed entry

from reference import Log
from reference import Raft as Reference


class Raft(Reference):
    def _restore(self) -> None:
        super()._restore()
        self.log = Log()
