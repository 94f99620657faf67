"""After a restart the whole log counts as committed.

Written by somebody to whom what is saved is safe.
"""
# breaks: safety | Raft §5.3, Figure 2: commitIndex begins at 0
# caught: lab 1 TestFigure82C | oracles 1 TestFigure82C | chaos 1 TestCrashAroundSavesChaos

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        with self._lock:
            self._commit(self.log.last_index)
