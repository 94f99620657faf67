"""A vote counts whenever it arrives, also when it was given in an earlier term.

Written by somebody who tests the role, and not the term.
"""
# breaks: safety | Raft §5.2: votes of a majority, in the same term
# caught: lab - | oracles 1 TestFigure8Unreliable2C | chaos -
# expect: TestFigure8Unreliable2C seed 1 failed: without the votes of a majority

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            if reply is not None:
                self._observe_term(reply.term)
            is_ours = self.current_term == args.term or method == "request_vote"
            if is_ours and not self._is_dead:
                on_reply(peer, args, reply)
