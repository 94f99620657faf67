"""Whatever stands behind ``prev_log_index`` is cut off before a message's entries are appended.

Written by somebody to whom rules 3 and 4 of AppendEntries looked like one.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 3: only what conflicts
# caught: lab 1 TestUnreliableAgree2C | oracles 1 TestUnreliableAgree2C | chaos 1 TestOvertakenEntriesChaos
# expect: TestUnreliableAgree2C failed: which it had acknowledged
# expect: TestReordering2N seed 1 failed: which it had acknowledged
# expect: TestSlowServer2N seed 1 failed: which it had acknowledged

from reference import Entry
from reference import Raft as Reference


class Raft(Reference):
    def _store(self, prev: int, entries: list[Entry]) -> None:
        if prev < self.log.last_index:
            self.log.truncate(prev + 1)
        self.log.append(entries)
        self._save()
