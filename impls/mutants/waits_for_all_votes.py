"""A candidate counts when everybody has answered, or could not be reached.

Written by somebody who joins the threads that ask before looking at what they brought.
"""
# breaks: liveness | Raft §5.2: a majority is enough
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestFigure7Chaos

from reference import CANDIDATE, RequestVoteArgs, RequestVoteReply
from reference import Raft as Reference


class Raft(Reference):
    def _stand_for_election(self) -> None:
        self._answers: dict[int, bool] = {}
        super()._stand_for_election()

    def _on_vote(self, voter: int, args: RequestVoteArgs, reply: RequestVoteReply | None) -> None:
        self._answers[voter] = reply is not None and reply.vote_granted
        if len(self._answers) == len(self._others):
            for peer, is_granted in self._answers.items():
                if is_granted and self.role == CANDIDATE:
                    self._count_vote(peer)
