"""A follower that needs a snapshot is sent one with each heartbeat until it answers.

Written by somebody whose ``nextIndex`` moves when replies come, and whose snapshots were small.
"""
# breaks: performance | Raft §7: a snapshot is large
# caught: lab - | oracles - | chaos -
# missed: no oracle counts snapshots under way, and bytes vary as much from seed to seed

from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        next_index = self.next_index[peer]
        needs_snapshot = next_index <= self.log.base_index
        super()._send_entries(peer)
        if needs_snapshot:
            self.next_index[peer] = next_index
