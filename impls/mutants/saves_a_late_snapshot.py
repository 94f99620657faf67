"""A snapshot of the service's is saved also when a newer one came from the leader meanwhile.

Written by somebody who decides whether there is a log to trim, and saves in any case.
"""
# breaks: safety | Raft §7: a snapshot is not replaced by an older one
# caught: lab - | oracles - | chaos -
# missed: `snapshot` must wait for the lock while an install holds it: a fault there, then a crash

from reference import Raft as Reference


class Raft(Reference):
    def snapshot(self, index: int, snapshot: bytes) -> None:
        with self._lock:
            if self.log.base_index < index <= self.commit_index:
                self.log = self.log.compacted(index)
            self._save(snapshot)
