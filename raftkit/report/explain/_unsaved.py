"""Which answer of a server went out before what it promised was saved."""

from collections.abc import Sequence

from raftkit.model import seconds
from raftkit.report.explain._wire import granted, is_append, span, succeeded
from raftkit.trace import Event, Persisted, RpcDelivered, RpcReplied, RpcSent


def unsaved_answer(events: Sequence[Event], server: int, index: int | None) -> str:
    """The answer, and what it had promised with it."""
    saves, at_arrival = 0, dict[int, int]()
    requests: dict[int, RpcSent] = {}
    for event in events:
        match event:
            case RpcSent():
                requests[event.call] = event
            case RpcDelivered() if event.target == server:
                at_arrival[event.call] = saves
            case Persisted() if event.server == server:
                saves += 1
            case RpcReplied() if event.target == server and at_arrival.get(event.call) == saves:
                request = requests[event.call]
                carried = span(request) if is_append(request.method) else None
                is_about = carried is not None and carried[0] <= (index or 0) <= carried[1]
                if granted(event) or (is_about and succeeded(event)):
                    what = "its vote" if granted(event) else f"index {index}"
                    who = f"S{server} at t={seconds(event.at_ns)}"
                    return f"{who}: it answered {event.method} of S{event.source} before it had saved {what}"
    return ""
