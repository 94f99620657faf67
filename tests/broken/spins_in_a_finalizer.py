"""When the server is gone and its memory is freed, its finalizer waits for something that is over.

Written by somebody who frees resources in ``__del__``, as in C++.
"""
# expect: TestInitialElection2A seed 1 busy: in __del__

from reference import Raft as Reference


class Raft(Reference):
    def __del__(self) -> None:
        while self.last_applied >= 0:
            pass
