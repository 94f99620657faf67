"""The constructor reads saved state that is not there yet.

Written by somebody who wrote ``_save`` first, and tried it with a server that had already saved.
"""
# expect: TestInitialElection2A crashed: in its constructor

import msgspec
from reference import Log
from reference import Raft as Reference


class Raft(Reference):
    def _restore(self) -> None:
        state = self._persister.read_raft_state()
        self.current_term, self.voted_for, base_index, base_term, entries = msgspec.msgpack.decode(state)
        self.log = Log(base_index, base_term, entries)
