"""Sends an object that runs code wherever it is unpickled."""
# expect: failed NoLeader
# says: ran in process 1

from typing import Any

from base import Idle, log, real


class Payload:
    """Runs ``explode`` when it arrives."""

    def __reduce__(self) -> Any:
        return explode, ()


def explode() -> str:
    """What runs there."""
    return f"ran in process {real('posix').getpid()}"


class Raft(Idle):
    def take(self, args: Any) -> Any:
        log.info(str(args))
        return Payload()

    def get_state(self) -> tuple[int, bool]:
        if self.me == 0:
            self.peers[1].call("take", Payload())
        return 1, False
