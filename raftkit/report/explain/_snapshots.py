"""The story of a server's snapshots: made, sent to it, handed over, restored."""

from collections.abc import Sequence

from raftkit.model import Moment
from raftkit.trace import (
    Applied,
    Event,
    Restored,
    RpcDelivered,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    SnapshotApplied,
    SnapshotTaken,
)
from raftkit.trace.messages import number

MOST = 8
"""The last moments are told."""


def snapshots(events: Sequence[Event], server: int) -> list[Moment]:
    """Tell what became of the snapshots of a server."""
    told: list[Moment] = []
    sent: dict[int, RpcSent] = {}
    applied: Moment | None = None
    for line, event in enumerate(events, 1):
        if type(event) is RpcSent and event.target == server and _included(event) is not None:
            sent[event.call] = event
        elif type(event) is Applied and event.server == server:
            applied = Moment(text=f"S{server} applied index {event.index}", at_ns=event.at_ns, line=line)
        elif text := _text(event, server, sent):
            if type(event) is SnapshotApplied and applied is not None:
                told.append(applied)  # how far the service had come before
            told.append(Moment(text=text, at_ns=event.at_ns, line=line))
    return told[-MOST:]


def _text(event: Event, server: int, sent: dict[int, RpcSent]) -> str:
    """An event of the server's snapshots; empty for any other."""
    if type(event) is RpcDelivered and event.call in sent:
        index = _included(sent.pop(event.call))
        return f"S{event.source} → S{server}  {event.method} up to index {index} arrives"
    if getattr(event, "server", None) != server:
        return ""
    match event:
        case SnapshotApplied():
            return f"S{server} handed its service a snapshot up to index {event.index}, {event.bytes} bytes"
        case SnapshotTaken():
            return f"S{server}'s service made a snapshot up to index {event.index}, {event.bytes} bytes"
        case Restored():
            return f"S{server}'s service started from the saved snapshot, up to index {event.index}"
        case ServerCrashed():
            return f"S{server} crashed"
        case ServerCreated() if event.incarnation > 1:
            saved = f"{event.state_bytes} bytes of state and {event.snapshot_bytes} of a snapshot"
            return f"S{server} restarted with {saved}"
    return ""


def _included(event: RpcSent) -> int | None:
    """The last index that a message's snapshot covers; None for another message."""
    return number(event.args, "included_index")
