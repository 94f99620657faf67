"""A follower whose entry before the new ones is of another term asks for what follows it, and so for the
same message.

Written by somebody who is off by one in the fast back-up.
"""
# breaks: liveness | Raft §5.3: nextIndex decreases until the logs match
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos 1 TestFigure7Chaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        reply = super().append_entries(args)
        with self._lock:
            if not reply.success and args.prev_log_index <= self.log.last_index:
                reply.conflict_index = args.prev_log_index + 1
        return reply
