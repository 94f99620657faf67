"""The story of a server's terms: when it first showed itself in each, and its crashes in between."""

from collections.abc import Sequence

from raftkit.model import Moment
from raftkit.trace import Event, RpcReplied, RpcSent, ServerCrashed, ServerCreated
from raftkit.trace.messages import kind_of, number
from raftkit.trace.terms import Shown, shown_by

MOST = 8
"""The last moments are told."""


def terms_of(events: Sequence[Event], server: int) -> list[Moment]:
    """Tell how a server came from term to term."""
    told: list[Moment] = []
    requests: dict[int, RpcSent] = {}
    term = -1
    for line, event in enumerate(events, 1):
        if type(event) is RpcSent and event.target == server:
            requests[event.call] = event
        shown = _shown(event, requests)
        if shown is not None and shown.server == server and shown.term != term:
            term = shown.term
            told.append(Moment(text=f"S{server} {shown.deed}, term {term}", at_ns=event.at_ns, line=line))
        elif isinstance(event, ServerCrashed | ServerCreated) and event.server == server:
            told.extend(_life(event, line))
    return told[-MOST:]


def _shown(event: Event, requests: dict[int, RpcSent]) -> Shown | None:
    """What a server shows by an event; an old message that it sends late shows nothing new."""
    if type(event) is RpcReplied:
        request = requests.get(event.call)
        if request is None:
            return None
        return shown_by(event, kind_of(request.method), number(request.args, "term"))
    return shown_by(event)


def _life(event: ServerCrashed | ServerCreated, line: int) -> list[Moment]:
    if type(event) is ServerCrashed:
        return [Moment(text=f"S{event.server} crashed", at_ns=event.at_ns, line=line)]
    if type(event) is ServerCreated and event.incarnation > 1:
        text = f"S{event.server} restarted with {event.state_bytes} bytes of saved state"
        return [Moment(text=text, at_ns=event.at_ns, line=line)]
    return []
