"""An entry that conflicts is replaced, and what stands behind it is kept.

Written by somebody who writes ``log[index] = entry`` in a loop.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 3: the entry and all that follow it
# caught: lab 3 TestFigure8Unreliable2C | oracles 1 TestFigure8Unreliable2C | chaos -
# expect: TestFigure8Unreliable2C seed 1 failed: and differ before it

from reference import Entry
from reference import Raft as Reference


class Raft(Reference):
    def _store(self, prev: int, entries: list[Entry]) -> None:
        for index, entry in enumerate(entries, prev + 1):
            if index <= self.log.last_index and self.log.term_at(index) != entry.term:
                tail = self.log.between(index + 1, self.log.last_index)
                self.log.truncate(index)
                self.log.append([entry, *tail])
            elif index > self.log.last_index:
                self.log.append([entry])
        self._save()
