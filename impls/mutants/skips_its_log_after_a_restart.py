"""After a restart what is in the log counts as applied.

Written by somebody who sets both indexes to the end of the log, where they were.
"""
# breaks: safety | Raft §5.3, Figure 2: lastApplied begins at 0; the service begins anew
# caught: lab 1 TestPersist32C | oracles 1 TestPersist32C | chaos 1 TestSplitVotesChaos

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        with self._lock:
            self.last_applied = self.log.last_index
