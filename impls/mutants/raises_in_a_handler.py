"""A handler looks at an entry that its log does not have.

Written by somebody who tests rule 2 of AppendEntries ("does not contain an entry at prevLogIndex") for
another term, and forgets that there may be no entry at all.
"""
# breaks: liveness | Raft §5.3, Figure 2: AppendEntries, rule 2: there may be no entry
# caught: lab 1 TestFailAgree2B | oracles 1 TestFailAgree2B | chaos 1 TestCrashAroundSavesChaos
# expect: TestFailAgree2B crashed: IndexError: list index out of range in append_entries

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        with self._lock:
            if self.log.term_at(args.prev_log_index) != args.prev_log_term:
                return AppendEntriesReply(self.current_term, success=False, conflict_index=1)
        return super().append_entries(args)
