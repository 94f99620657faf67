"""A leader repairs a follower that refuses entries, and not one that refuses a heartbeat.

Written by somebody whose heartbeats have no use for a reply. Where nothing is started, nobody is repaired.
"""
# breaks: liveness | Raft §5.3: a refusal moves nextIndex back
# caught: lab - | oracles - | chaos 1 TestIdleRepairChaos

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def _on_appended(self, peer: int, args: AppendEntriesArgs, reply: AppendEntriesReply | None) -> None:
        if reply is not None and not reply.success and not args.entries:
            self._is_busy[peer] = False
        else:
            super()._on_appended(peer, args, reply)
