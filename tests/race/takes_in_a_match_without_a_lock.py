"""What a follower has acknowledged is noted before the lock is taken.

Written by somebody who has the lock in every handler, and takes the other end of a call for a part of the caller.
"""

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        if method == "append_entries" and reply is not None and reply.success:
            self.match_index[peer] = args.prev_log_index + len(args.entries)
        with self._lock:
            if reply is not None:
                self._observe_term(reply.term)
            if self.current_term == args.term and not self._is_dead:
                on_reply(peer, args, reply)
