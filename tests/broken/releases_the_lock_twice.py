"""A handler gives the lock back by hand inside a ``with`` that gives it back too.

Written by somebody who turned ``acquire`` and ``release`` into ``with``, and overlooked the early way out.
"""
# expect: TestInitialElection2A crashed: release unlocked lock

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        with self._lock:
            if not args.entries:
                self._follow(args.term)
                self._lock.release()
                return AppendEntriesReply(self.current_term, success=True)
        return super().append_entries(args)
