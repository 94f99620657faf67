"""Who broke the rule of one leader and one vote a term."""

from collections.abc import Sequence

from raftkit.model import seconds
from raftkit.report.explain._wire import granted, is_append, is_vote, term_of
from raftkit.trace import Event, RpcReplied, RpcSent, ServerCreated, StateRead, TestBegan


def second_leader(events: Sequence[Event], term: int) -> str:
    """A leader without an election, or without a majority; or a voter who helped both."""
    servers, claims, votes = 0, dict[int, int](), dict[int, set[int]]()
    asked, stood = set[int](), set[tuple[int, int]]()
    for event in events:
        match event:
            case TestBegan():
                servers = event.servers
            case StateRead() if event.leader and event.term == term:
                claims.setdefault(event.server, event.at_ns)
            case RpcSent() if is_vote(event.method) and term_of(event.args) != term:
                stood.add((event.source, term_of(event.args) or 0))
            case RpcSent() if term_of(event.args) == term:
                if is_vote(event.method):
                    asked.add(event.call)
                    votes.setdefault(event.source, {event.source})
                elif is_append(event.method):
                    claims.setdefault(event.source, event.at_ns)
            case RpcReplied() if event.call in asked and granted(event):
                votes[event.source].add(event.target)
    for server, at_ns in claims.items():
        acts = f"S{server} at t={seconds(at_ns)}: it acts as leader of term {term}"
        if server not in votes:
            before = max((t for s, t in stood if s == server and t < term), default=None)
            earlier = "" if before is None else f", only in term {before}"
            return f"{acts}, and never asked for a vote in it{earlier}"
        if 2 * len(votes[server]) <= servers:
            had = f"{len(votes[server])} of {servers} votes"
            return f"{acts} with {had}, its own included"
    return ""


def second_vote(events: Sequence[Event], term: int, last: RpcReplied | RpcSent) -> str:
    """The vote, and whether a restart lies between it and the first."""
    voter, how = (
        (last.target, f"for S{last.source}") if isinstance(last, RpcReplied) else (last.source, "for itself")
    )
    text = f"S{voter} at t={seconds(last.at_ns)}, with its second vote in term {term}, {how}"
    asked, has_voted = set[int](), False
    for event in events:
        match event:
            case RpcSent() if is_vote(event.method) and term_of(event.args) == term:
                asked.add(event.call)
                has_voted = has_voted or event.source == voter
            case RpcReplied() if event.target == voter and event.call in asked and granted(event):
                has_voted = True
            case ServerCreated() if event.server == voter and has_voted:
                return f"{text}; since its restart at t={seconds(event.at_ns)} it did not have the first one any more"
    return text
