"""A server votes for at most one candidate in a term, also over restarts (Raft §5.2, Figure 2).

A vote is a granted reply to RequestVote; a server that stands in a term has voted for itself.
"""

from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._sight import View
from raftkit.trace import Event, RpcAnswered, RpcFailed, RpcReplied, RpcSent
from raftkit.trace.messages import ballot_of, flag


class OneVote:
    """Remembers each server's vote in each term."""

    needs = (View.BALLOT, View.VOTE)
    reads = (RpcAnswered, RpcFailed, RpcReplied, RpcSent)

    def __init__(self) -> None:
        self._votes: dict[tuple[int, int], tuple[int, str]] = {}
        self._calls = Calls()

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        match event:
            case RpcSent():
                ballot = ballot_of(event)
                if ballot is not None:
                    self._calls.sent(event, ballot.term)
                    self._vote(event.source, ballot.term, event.source, f"stood for election at {at(event)}")
            case RpcReplied() if flag(event.reply, "granted"):
                term = self._calls.request(event.call)
                if term is not None:
                    how = f"granted server {event.source} its vote at {at(event)}"
                    self._vote(event.target, term, event.source, how)
            case RpcFailed() | RpcAnswered():
                self._calls.done(event.call)

    def _vote(self, voter: int, term: int, candidate: int, how: str) -> None:
        known = self._votes.setdefault((voter, term), (candidate, how))
        if known[0] != candidate:
            raise breach(
                "VotedTwice",
                f"server {voter} voted twice in term {term}",
                expected="one vote a server and term, first come, first served, also over a restart (Raft §5.2)",
                observed=f"server {voter} {known[1]}, and {how}",
                advice="is voted_for tested, set, and saved before the reply? is it cleared only with a new term?",
            )
