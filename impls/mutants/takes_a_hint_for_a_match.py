"""A refusal says from where on the follower needs entries; all before that is taken to be the same in both
logs.

Written by somebody to whom both answers of a follower say how far it is.
"""
# breaks: safety | Raft §5.3, Figure 2: matchIndex is what is known to be replicated
# caught: lab 1 TestBackup2B | oracles 1 TestBackup2B | chaos 1 TestFigure8Chaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        if reply is not None and not reply.success and reply.term == self.current_term:
            self.next_index[peer] = reply.conflict_index
            self._note_match(peer, reply.conflict_index - 1)
        else:
            super()._on_appended(peer, args, reply)
