"""In which term a server shows itself to be, by what it says and does.

A request may have been made long before it is sent, and a refusal may echo the term of its request: such are not
taken for more than they say.
"""

from dataclasses import dataclass

from raftkit.trace._events import Event, RpcReplied, RpcSent, Started, StateRead
from raftkit.trace.messages import Kind, ballot_of, flag, kind_of, number


@dataclass(frozen=True, slots=True)
class Shown:
    """A server was in a term.

    Attributes:
        deed: By what it showed that, in words: ``stood for election``.
        is_promise: Whether others build on it: a vote, an acknowledgement, or that it leads.
    """

    server: int
    term: int
    deed: str
    is_promise: bool = False


def shown_by(event: Event, asked: Kind | None = None, asked_term: int | None = None) -> Shown | None:
    """What a server shows by an event; of a reply, ``asked`` and ``asked_term`` are its request's."""
    match event:
        case RpcSent():
            return _by_request(event)
        case RpcReplied() if asked is not None and asked_term is not None:
            return _by_reply(event, asked, asked_term)
        case StateRead():
            role = " as leader" if event.leader else ""
            return Shown(event.server, event.term, f"answered get_state(){role}")
        case Started() if event.accepted:
            return Shown(event.server, event.term, "accepted a command")
    return None


def _by_request(event: RpcSent) -> Shown | None:
    kind = kind_of(event.method)
    if kind is Kind.REQUEST_VOTE:
        ballot = ballot_of(event)
        return None if ballot is None else Shown(event.source, ballot.term, "stood for election")
    term = None if kind is None else number(event.args, "term")
    return None if term is None else Shown(event.source, term, f"sent {event.method} as leader", True)


def _by_reply(event: RpcReplied, asked: Kind, asked_term: int) -> Shown | None:
    term = number(event.reply, "term")
    if term is None or term < asked_term:
        return None
    if term > asked_term:  # whatever else it says, to whoever reads that it is a refusal
        return Shown(event.target, term, f"answered an older {event.method}")
    if asked is Kind.REQUEST_VOTE and flag(event.reply, "granted"):
        return Shown(event.target, term, f"granted server {event.source} its vote", True)
    if asked is Kind.APPEND_ENTRIES and flag(event.reply, "success"):
        return Shown(event.target, term, f"accepted server {event.source} as leader", True)
    return None
