"""Entries are appended behind those that are there, without looking whether they have come before.

Written by somebody to whom a message arrives once.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rules 3 and 4; RPCs are idempotent (§5.5)
# caught: lab 1 TestUnreliableAgree2C | oracles 1 TestUnreliableAgree2C | chaos 1 TestCrashBetweenTwoSavesChaos
# expect: TestDuplicates2N seed 1 failed: was applied with different commands

from reference import Entry
from reference import Raft as Reference


class Raft(Reference):
    def _store(self, prev: int, entries: list[Entry]) -> None:
        if (
            entries
            and prev + len(entries) <= self.log.last_index
            and self.log.between(prev + 1, prev + len(entries)) == entries
        ):
            self.log.append(entries)
            self._save()
        else:
            super()._store(prev, entries)
