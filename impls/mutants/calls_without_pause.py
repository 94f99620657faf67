"""The leader sends the next heartbeat as soon as the last one is answered.

Written by somebody who wants followers to learn of a commit at once, and whose laptop has cores to spare.
"""
# breaks: performance | the lab (2A): no more than some ten heartbeats a second
# caught: lab 1 TestRPCBytes2B | oracles 1 TestInitialElection2A | chaos 1 TestSplitVotesChaos
# expect: TestInitialElection2A seed 1 failed: without pause

from reference import LEADER, AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        super()._on_appended(peer, args, reply)
        if self.role == LEADER and not self._is_busy[peer]:
            self._send_entries(peer)
