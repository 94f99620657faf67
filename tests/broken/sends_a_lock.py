"""The arguments of an RPC hold the Condition on which somebody waits for the reply.

Written by somebody to whom a request is also the place where its sender waits.
"""
# expect: TestInitialElection2A crashed: args['answered'][0] (Condition) cannot be sent to another server

import threading
from typing import Any

from reference import Raft as Reference
from reference import RequestVoteReply


class Raft(Reference):
    def _request_votes(self) -> None:
        for peer in self._others:
            request = {"term": self.current_term, "answered": [threading.Condition()]}
            self._call(peer, "ask", request, self._on_vote)

    def ask(self, args: Any) -> RequestVoteReply:
        return RequestVoteReply(args["term"], True)
