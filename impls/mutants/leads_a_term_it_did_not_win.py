"""The vote that makes a majority makes a leader, of whatever term it is by then.

Written by somebody who counts the votes of each election apart, and looks at role and term before counting
only.
"""
# breaks: safety | Raft §5.2: a leader is elected in its own term
# caught: lab - | oracles 1 TestFigure8Unreliable2C | chaos 1 TestLateAcknowledgementsChaos

from collections.abc import Callable
from typing import Any

from reference import LEADER
from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *given: Any) -> None:
        self._ballots: dict[int, set[int]] = {}
        super().__init__(*given)

    def _run_call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        if method != "request_vote":
            super()._run_call(peer, method, args, on_reply)
            return
        reply = self._peers[peer].call(method, args)
        with self._lock:
            if reply is None or self._is_dead:
                return
            self._observe_term(reply.term)
            votes = self._ballots.setdefault(args.term, {self._me})
            is_news = reply.vote_granted and peer not in votes
            votes.update([peer] if is_news else [])
            if is_news and len(votes) == len(self._peers) // 2 + 1 and self.role != LEADER:
                self._votes = votes
                self._count_vote(peer)
