"""A reply to AppendEntries counts whenever it arrives, also when it was asked for in an earlier term.

Written by somebody who tests the role, and not the term.
"""
# breaks: safety | Raft §5.1: a reply belongs to the term of its request
# caught: lab - | oracles - | chaos -
# missed: an acknowledgement must be late by two terms, as in TestOldAcknowledgement2X
# expect: TestOldAcknowledgement2X failed: without a majority

from collections.abc import Callable
from typing import Any

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            if reply is not None:
                self._observe_term(reply.term)
            is_ours = self.current_term == args.term or (method == "append_entries" and self.role == LEADER)
            if is_ours and not self._is_dead:
                on_reply(peer, args, reply)
