"""``start`` takes commands until a new leader is heard of; a newer term alone does not end that.

Written by somebody who keeps a flag of their own beside the role, and clears it where entries arrive.
"""
# breaks: safety | Raft §5.1, §5.3: only the leader of a term makes its entries
# caught: lab 1 TestFigure8Unreliable2C | oracles 1 TestFigure8Unreliable2C | chaos 1 TestCrashAfterInstallChaos

from typing import Any

from reference import LEADER, Entry
from reference import Raft as Reference


class Raft(Reference):
    _leads = False

    def _count_vote(self, voter: int) -> None:
        super()._count_vote(voter)
        self._leads = self.role == LEADER

    def _follow(self, term: int) -> None:
        super()._follow(term)
        self._leads = False

    def start(self, command: Any) -> tuple[int, int, bool]:
        with self._lock:
            if self._leads and self.role != LEADER:
                self.log.append([Entry(self.current_term, command)])
                self._save()
                return self.log.last_index, self.current_term, True
        return super().start(command)
