"""Whoever sends a message holds the lock until it is answered, and its own server answers nobody meanwhile.

Written by somebody who locks whole functions. Two servers that call each other wait for ever.
"""
# breaks: liveness | the lab's advice on locking: no lock over a call
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestManyCandidatesChaos
# expect: TestReElection2A seed 1 timed_out: holds a Lock, taken in _run_call

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        with self._lock:
            if self.current_term == args.term and not self._is_dead:
                reply = self._peers[peer].call(method, args)
                if reply is not None:
                    self._observe_term(reply.term)
                if self.current_term == args.term:
                    on_reply(peer, args, reply)
