"""A thread gives back an RLock that another one has taken.

Written by somebody who hands the lock on to the thread that finishes the work, as a Lock allows.
"""
# expect: TestInitialElection2A crashed: cannot release un-acquired lock

import threading
from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        self._sending = threading.RLock()
        super().__init__(*args)

    def _call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        self._sending.acquire()
        super()._call(peer, method, args, on_reply)

    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        self._sending.release()
        super()._run_call(peer, method, args, on_reply)
