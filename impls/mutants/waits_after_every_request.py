"""The election timer begins anew at each RequestVote, also at one that is refused.

Written by somebody to whom any message is a sign of life. Who cannot win keeps those who could from
standing.
"""
# breaks: liveness | Raft §5.2, Figure 2: the timer waits for a leader, or for a vote that was given
# caught: lab 1 TestReElection2A | oracles 1 TestReElection2A | chaos 1 TestManyCandidatesChaos

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        reply = super().request_vote(args)
        with self._lock:
            self._postpone_election()
        return reply
