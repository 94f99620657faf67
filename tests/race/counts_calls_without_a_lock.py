"""Each thread that calls a peer counts its call, and none takes the lock for that.

Written by somebody to whom ``+= 1`` looks like one thing that happens. Raft does not suffer from it; the number is wrong.
"""

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    calls = 0

    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        self.calls += 1
        super()._run_call(peer, method, args, on_reply)
