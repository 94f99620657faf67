"""The consistency check asks whether there is an entry before the new ones, and not of which term.

Written by somebody whose check keeps the list from having holes.
"""
# breaks: safety | Raft §5.3, Figure 2: AppendEntries, rule 2
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos 1 TestFigure7Chaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        with self._lock:
            if self.log.base_index <= args.prev_log_index <= self.log.last_index:
                args.prev_log_term = self.log.term_at(args.prev_log_index)
        return super().append_entries(args)
