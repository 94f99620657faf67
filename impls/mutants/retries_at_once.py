"""A message that was lost is sent again at once, also where there is nothing to send, for as long as nobody
answers.

Written by somebody who read "retries indefinitely", and added no pause.
"""
# breaks: performance | Raft §5.3; the lab (2A, 2B): few RPCs while nothing happens
# caught: lab - | oracles - | chaos -
# missed: an oracle that counts empty calls that fail; some 75 a second go to a follower that nobody hears

from reference import LEADER, AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        super()._on_appended(peer, args, reply)
        if reply is None and self.role == LEADER and not self._is_busy[peer]:
            self._send_entries(peer)
