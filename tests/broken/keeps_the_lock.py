"""A handler takes the lock, and one of its ways out does not give it back.

Written by somebody who comes from ``mu.Lock()`` and ``mu.Unlock()`` without ``defer``, and adds a short
way for heartbeats later.
"""
# expect: TestInitialElection2A deadlocked: it has ended without releasing the lock

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        self._lock.acquire()
        if not args.entries:
            self._follow(args.term)
            return AppendEntriesReply(self.current_term, success=True)
        self._lock.release()
        return super().append_entries(args)
