"""What travels with a message: put in when it is sent, taken out when it arrives."""

from typing import Generic, TypeVar

from raftkit.trace import Event, RpcAnswered, RpcDelivered, RpcFailed, RpcReplied, RpcSent, TestBegan

MOST_CALLS = 50_000
"""Calls under way that are remembered; those that hang for ever must not fill the memory."""
_T = TypeVar("_T")


class InFlight(Generic[_T]):
    """Follows the messages of a run: what a request and a reply carry, by call."""

    def __init__(self) -> None:
        self.requests: dict[int, _T] = {}
        self.replies: dict[int, _T] = {}

    def send(self, event: Event, value: _T) -> None:
        """Give a value along, if a message leaves at this event."""
        if type(event) is RpcSent:
            remember(self.requests, event.call, value)
        elif type(event) is RpcReplied:
            remember(self.replies, event.call, value)

    def receive(self, event: Event) -> _T | None:
        """Return the value of the message that arrives at this event, if one does."""
        match event:
            case RpcDelivered():
                return self.requests.pop(event.call, None)
            case RpcAnswered():
                return self.replies.pop(event.call, None)
            case RpcFailed():
                self.requests.pop(event.call, None)
                self.replies.pop(event.call, None)
            case TestBegan():  # a trace behind another counts its calls anew
                self.requests.clear()
                self.replies.clear()
        return None


def remember(calls: dict[int, _T], call: int, value: _T) -> None:
    """Keep something about a call, and forget the oldest if there are too many."""
    if len(calls) >= MOST_CALLS:
        del calls[next(iter(calls))]
    calls[call] = value
