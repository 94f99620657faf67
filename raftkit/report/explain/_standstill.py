"""The story of a server that stands still or broke: what it did last, and which messages it left unanswered."""

from collections.abc import Sequence

from raftkit.model import Moment
from raftkit.report.causality import server_of
from raftkit.report.columns.rpc import plain_fields, plain_name, request_text
from raftkit.report.explain._texts import show
from raftkit.trace import (
    Applied,
    Event,
    Logged,
    Raised,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcReplied,
    RpcSent,
    SnapshotTaken,
    Started,
)

MOST = 5
"""Deeds of the server that are told."""


def standstill(events: Sequence[Event], server: int) -> list[Moment]:
    """Tell the last deeds of a server, and the messages to it that were never answered."""
    deeds: list[Moment] = []
    sent: dict[int, RpcSent] = {}
    unanswered: dict[int, tuple[int, RpcDelivered]] = {}
    for line, event in enumerate(events, 1):
        if type(event) is RpcSent:
            sent[event.call] = event
        elif type(event) is RpcDelivered and event.target == server:
            unanswered[event.call] = line, event
        elif type(event) is RpcReplied:
            unanswered.pop(event.call, None)
        if server_of(event) == server and (text := _deed(event)):
            deeds.append(Moment(text=f"S{server} {text}", at_ns=event.at_ns, line=line))
    return sorted(
        [*deeds[-MOST:], *_waiting(list(unanswered.values()), sent)], key=lambda moment: moment.line
    )


def breakdown(events: Sequence[Event], server: int) -> list[Moment]:
    """Tell the same of a server whose code raised, and the last answer or failure that it heard of."""
    for line, event in reversed([*enumerate(events, 1)]):
        if server_of(event) == server and type(event) is not Raised:
            news = _news(event)
            return [
                *standstill(events, server),
                *([Moment(text=news, at_ns=event.at_ns, line=line)] if news else []),
            ]
    return []


def _news(event: Event) -> str:
    """What a caller hears; empty for any other event."""
    match event:
        case RpcAnswered():
            return f"S{event.target} → S{event.source}  the answer to {event.method} arrives"
        case RpcFailed():
            failed = f"{event.method} to S{event.target} failed ({event.why})"
            return f"S{event.source} hears that {failed}: call() returns None"
    return ""


def _deed(event: Event) -> str:
    """What a server did by itself; empty for what was done to it."""
    match event:
        case Applied():
            return (
                f"applied {show(event.command)} at index {event.index}: its service has taken it from put()"
            )
        case SnapshotTaken():
            return f"is called by its service: snapshot({event.index}, ...); until that returns, nothing more is taken"
        case Started() if event.accepted:
            return f"accepted {show(event.command)} at index {event.index}, term {event.term}"
        case RpcReplied():
            return f"→ S{event.source}  answered {event.method}"
        case RpcSent():
            return f"→ S{event.target}  {event.method}"
        case Logged():
            return f"logged {event.topic}: {event.text}"
    return ""


def last_deed(events: Sequence[Event], server: int) -> int | None:
    """The number of the last thing that a server did by itself; None if it never did anything."""
    for number in range(len(events) - 1, -1, -1):
        if server_of(events[number]) == server and _deed(events[number]):
            return number
    return None


def _waiting(calls: list[tuple[int, RpcDelivered]], sent: dict[int, RpcSent]) -> list[Moment]:
    """The first message that was left unanswered, and how many came after it."""
    if not calls:
        return []
    line, first = calls[0]
    request = sent[first.call]
    what = request_text(plain_name(request.method), request.method, request.args, plain_fields(request.args))[
        1
    ]
    more = f"; {len(calls) - 1} more came after it" if len(calls) > 1 else ""
    text = f"S{first.source} → S{first.target}  {what}: arrived and was never answered{more}"
    return [Moment(text=text, at_ns=first.at_ns, line=line)]
