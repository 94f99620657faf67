"""In which term a server shows itself to be, by what it says and does.

A request may have been made long before it is sent, and a refusal may echo the term of its request: such are not
taken for more than they say.
"""

import msgspec

from raftkit.trace._events import Event, RpcReplied, RpcSent, Started, StateRead
from raftkit.trace.messages import Kind, ballot_of, flag, kind_of, number


class Shown(msgspec.Struct, frozen=True, gc=False):
    """A server was in a term.

    Attributes:
        by: The event that shows it.
        words: What it did, to be completed from the event.
        is_promise: Whether others build on it: a vote, an acknowledgement, or that it leads.
    """

    server: int
    term: int
    by: Event
    words: str
    is_promise: bool = False

    @property
    def deed(self) -> str:
        """By what it showed that, in words: ``stood for election``."""
        return self.words.format(self.by)


def shown_by(event: Event, asked: Kind | None = None, asked_term: int | None = None) -> Shown | None:
    """What a server shows by an event; of a reply, ``asked`` and ``asked_term`` are its request's."""
    if type(event) is RpcSent:
        return _by_request(event)
    if type(event) is RpcReplied:
        return None if asked is None or asked_term is None else _by_reply(event, asked, asked_term)
    if type(event) is StateRead:
        words = "answered get_state() as leader" if event.leader else "answered get_state()"
        return Shown(event.server, event.term, event, words)
    if type(event) is Started and event.accepted:
        return Shown(event.server, event.term, event, "accepted a command")
    return None


def _by_request(event: RpcSent) -> Shown | None:
    kind = kind_of(event.method)
    if kind is Kind.REQUEST_VOTE:
        ballot = ballot_of(event)
        return None if ballot is None else Shown(event.source, ballot.term, event, "stood for election")
    term = None if kind is None else number(event.args, "term")
    return None if term is None else Shown(event.source, term, event, "sent {0.method} as leader", True)


def _by_reply(event: RpcReplied, asked: Kind, asked_term: int) -> Shown | None:
    term = number(event.reply, "term")
    if term is None or term < asked_term:
        return None
    if term > asked_term:  # whatever else it says, to whoever reads that it is a refusal
        return Shown(event.target, term, event, "answered an older {0.method}")
    if asked is Kind.REQUEST_VOTE and flag(event.reply, "granted"):
        return Shown(event.target, term, event, "granted server {0.source} its vote", True)
    if asked is Kind.APPEND_ENTRIES and flag(event.reply, "success"):
        return Shown(event.target, term, event, "accepted server {0.source} as leader", True)
    return None
