"""After a restart the current term is that of the last entry in the log.

Written by somebody who saves the log, and takes the term for a part of it.
"""
# breaks: safety | Raft §5.1, Figure 2: current_term is saved
# caught: lab - | oracles 2 TestReliableChurn2C | chaos 1 TestCrashesAmongSnapshotsChaos
# expect: TestTermsOutlast2T failed: went back from term 4

from reference import Raft as Reference


class Raft(Reference):
    def _restore(self) -> None:
        super()._restore()
        term = self.log.term_at(self.log.last_index)
        if term < self.current_term:
            self.current_term, self.voted_for = term, None
