"""A thread takes every call for answered, and uses the reply that never came.

Written by somebody who has only ever seen the network work.
"""
# expect: TestReElection2A crashed: 'NoneType' object has no attribute 'term' in thread

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            self._observe_term(reply.term)
            if self.current_term == args.term and not self._is_dead:
                on_reply(peer, args, reply)
