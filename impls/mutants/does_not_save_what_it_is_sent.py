"""A follower acknowledges entries without saving them.

Written by somebody who saves where votes and terms change, and has 2B from before there was 2C.
"""
# breaks: safety | Raft §5.1, Figure 2: persistent state
# caught: lab 1 TestPersist12C | oracles 1 TestPersist32C | chaos 1 TestSplitVotesChaos

from reference import Entry
from reference import Raft as Reference


class Raft(Reference):
    def _store(self, prev: int, entries: list[Entry]) -> None:
        for index, entry in enumerate(entries, prev + 1):
            if index > self.log.last_index or self.log.term_at(index) != entry.term:
                self.log.truncate(index)
                self.log.append(entries[index - prev - 1 :])
                return
