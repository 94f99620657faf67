"""Vector clocks, computed from the trace: one event happened before another if and only if its clock is less.

Each event of a host is counted on the host's own clock. Whoever receives a message knows all that its
sender knew when it was sent: a request's arrival merges the caller's clock, an answer's the server's.
"""

from typing import TypeVar

from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    TestBegan,
)

Clock = dict[str, int]
TESTER = "tester"
MOST_CALLS = 50_000
"""Calls under way that are remembered; those that hang for ever must not fill the memory."""
_T = TypeVar("_T")


class Clocks:
    """Follows the events of a run."""

    def __init__(self) -> None:
        self._clocks: dict[str, Clock] = {}
        self._requests: dict[int, Clock] = {}
        self._replies: dict[int, Clock] = {}

    def tick(self, event: Event) -> tuple[str, Clock]:
        """Return the host of an event and its clock there."""
        host = host_of(event)
        clock = self._clocks.setdefault(host, {host: 0})
        message = self._received(event)
        for other, count in message.items():
            if count > clock.get(other, 0):
                clock[other] = count
        clock[host] += 1
        self._send(event, clock)
        return host, clock

    def _received(self, event: Event) -> Clock:
        match event:
            case TestBegan():  # a trace behind another counts its calls anew
                self._requests.clear()
                self._replies.clear()
            case RpcDelivered():
                return self._requests.pop(event.call, {})
            case RpcAnswered():
                return self._replies.pop(event.call, {})
            case RpcFailed():
                self._requests.pop(event.call, None)
                self._replies.pop(event.call, None)
        return {}

    def _send(self, event: Event, clock: Clock) -> None:
        if type(event) is RpcSent:
            remember(self._requests, event.call, clock.copy())
        elif type(event) is RpcReplied:
            remember(self._replies, event.call, clock.copy())


def host_of(event: Event) -> str:
    """Return where an event happened: on a server, or at the tester and its network."""
    match event:
        case RpcSent() | RpcAnswered() | RpcFailed():
            return f"S{event.source}"
        case RpcDelivered() | RpcReplied():
            return f"S{event.target}"
        case RpcDropped():
            return TESTER
    server = getattr(event, "server", None)
    return f"S{server}" if type(server) is int else TESTER


def remember(calls: dict[int, _T], call: int, value: _T) -> None:
    """Keep something about a call, and forget the oldest if there are too many."""
    if len(calls) >= MOST_CALLS:
        del calls[next(iter(calls))]
    calls[call] = value
