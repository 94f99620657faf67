"""The size of a quorum is computed when ``get_state`` first needs it, and kept; nobody guards what is kept.

Written by somebody who likes things lazy: computed twice, it is the same. It is read and written at the same time all the
same, and the next thing that is kept like this will not be a number.
"""

from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    quorum: int | None = None

    def get_state(self) -> tuple[int, bool]:
        self.needed()
        return super().get_state()

    def request_vote(self, args: Any) -> Any:
        self.needed()
        return super().request_vote(args)

    def needed(self) -> int:
        if self.quorum is None:
            self.quorum = len(self._peers) // 2 + 1
        return self.quorum
