"""A thread that sends entries tries again until it is answered, with the term of the moment: what it has to
send is from a term before.

Written by somebody whose loops ask ``while role == LEADER``, and not whether it is still the same term.
"""
# breaks: safety | Raft §5.3: a leader sends what its log holds
# caught: lab 1 TestRPCBytes2B | oracles 1 TestRPCBytes2B | chaos 1 TestFigure7Chaos

from collections.abc import Callable
from typing import Any

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        if method == "append_entries":
            while self._peers[peer].call(method, args) is None and not self._is_dead and self.role == LEADER:
                args.term = self.current_term
        super()._run_call(peer, method, args, on_reply)
