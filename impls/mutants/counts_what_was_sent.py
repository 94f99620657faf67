"""A success proves ``next_index - 1``: what went out since the request counts as replicated too.

Written by somebody whose every message is answered before the next one leaves.
"""
# breaks: safety | Raft §5.3, Figure 2: matchIndex is what the message brought
# caught: lab 1 TestConcurrentStarts2B | oracles 1 TestConcurrentStarts2B | chaos 1 TestCrashAroundSavesChaos
# expect: TestConcurrentStarts2B failed: without a majority
# expect: TestIsolatedLeader2N seed 1 failed: without a majority

from typing import Any

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def start(self, command: Any) -> tuple[int, int, bool]:
        answer = super().start(command)
        with self._lock:
            if answer[2]:
                self.next_index = [self.log.last_index + 1] * len(self._peers)
        return answer

    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        if reply is not None and reply.success:
            self._note_match(peer, self.next_index[peer] - 1)
        else:
            super()._on_appended(peer, args, reply)
