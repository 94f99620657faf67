"""The arguments of an RPC hold the way back to the server that sends them.

Written by somebody to whom it seemed handy to have the sender at hand.
"""
# expect: TestInitialElection2A crashed: args['answer_to'] (LocalPeer) cannot be sent to another server: a peer stays

from typing import Any

from reference import Raft as Reference
from reference import RequestVoteReply


class Raft(Reference):
    def _request_votes(self) -> None:
        for peer in self._others:
            self._call(
                peer, "ask", {"term": self.current_term, "answer_to": self._peers[self._me]}, self._on_vote
            )

    def ask(self, args: Any) -> RequestVoteReply:
        return RequestVoteReply(args["term"], True)
