"""A candidate that a majority has refused goes back to the term before, and is free to vote in the new one
again.

Written by somebody who undoes what a failed attempt has changed, as a transaction would.
"""
# breaks: safety | Raft §5.1: a server's term only grows
# caught: lab - | oracles 1 TestFailNoAgree2B | chaos 1 TestManyCandidatesChaos

from reference import CANDIDATE, FOLLOWER, RequestVoteArgs, RequestVoteReply
from reference import Raft as Reference


class Raft(Reference):
    def _stand_for_election(self) -> None:
        self._refusals: set[int] = set()
        super()._stand_for_election()

    def _on_vote(self, voter: int, args: RequestVoteArgs, reply: RequestVoteReply | None) -> None:
        super()._on_vote(voter, args, reply)
        if self.role == CANDIDATE and reply is not None and not reply.vote_granted:
            self._refusals.add(voter)
            if 2 * len(self._refusals) > len(self._peers):
                self.current_term -= 1
                self.voted_for = None
                self.role = FOLLOWER
                self._save()
