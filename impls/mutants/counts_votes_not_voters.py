"""Votes are counted as they come in: one that was asked for twice counts twice.

Written by somebody whose candidate asks again while it waits, and whose network answers within a heartbeat.
"""
# breaks: safety | Raft §5.2: votes of a majority of servers
# caught: lab 1 TestFigure8Unreliable2C | oracles 1 TestFigure8Unreliable2C | chaos 1 TestManyCandidatesChaos
# expect: TestDelays2N seed 1 failed: without the votes of a majority

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    _repeats = 0

    def _stand_for_election(self) -> None:
        self._repeats = 0
        super()._stand_for_election()

    def _on_vote(self, voter: int, args: RequestVoteArgs, reply: RequestVoteReply | None) -> None:
        if voter in self._votes and reply is not None and reply.vote_granted:
            self._repeats += 1
            voter = -self._repeats
        super()._on_vote(voter, args, reply)
