"""A thread raises KeyboardInterrupt to end the program.

Written by somebody who has learned that this ends any program.
"""
# expect: TestInitialElection2A crashed: the implementation raised KeyboardInterrupt

from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        raise KeyboardInterrupt
