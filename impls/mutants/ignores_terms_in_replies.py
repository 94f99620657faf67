"""A leader joins a later term when it is asked something, and not when it is answered.

Written by somebody who checks terms where handlers begin. Servers that have something to say ask sooner or
later, so that this is seen only where one can answer and cannot ask.
"""
# breaks: liveness | Raft §5.1, Figure 2: a newer term in a reply, too
# caught: lab - | oracles - | chaos -
# missed: a server must be able to answer and not to ask, in a newer term; TestMuteServer2N holds one
# expect: TestMuteServer2N seed 1 failed: failed to reach agreement

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        reply = self._peers[peer].call(method, args)
        with self._lock:
            if (
                self.current_term == args.term
                and not self._is_dead
                and (reply is None or reply.term <= args.term)
            ):
                on_reply(peer, args, reply)
