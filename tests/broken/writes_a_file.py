"""State is saved in a file beside the program.

Written by somebody who does not trust the persister, or has not found it.
"""
# expect: TestInitialElection2A failed: asked for a file to write to, by open('raft-

from reference import Raft as Reference


class Raft(Reference):
    def _save(self, snapshot: bytes | None = None) -> None:
        super()._save(snapshot)
        with open(f"raft-{self._me}.state", "wb") as file:
            file.write(self._persister.read_raft_state())
