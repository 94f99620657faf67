"""The past of an event: all that could have influenced it, and nothing else.

What an event follows from directly:

* on one server, from the event before it, as long as the server lives: a thread may have seen whatever
  another had done;
* a request's arrival from its sending, an answer's from the reply;
* a restarted server's first event from the crash, and from what had been saved last: all else is gone;
* the end of the test from what each life of a server has shown the tester last.

Commands, crashes and cut links are the tester's free choice and follow from nothing. A call that fails tells
its caller nothing of the other side.
"""

from collections.abc import Iterable, Sequence

from raftkit.report.causality.calls import InFlight, remember
from raftkit.report.causality.hosts import server_of
from raftkit.trace import (
    Applied,
    Event,
    FaultBegan,
    FaultBit,
    FaultEnded,
    NetworkChanged,
    Persisted,
    Raised,
    RpcAnswered,
    RpcDelayed,
    RpcDropped,
    RpcDuplicated,
    RpcFailed,
    RpcSent,
    ServerCrashed,
    SnapshotApplied,
    Started,
    StateRead,
    TestEnded,
)

_SHOWN = (Applied, SnapshotApplied, StateRead, Started, Raised)
"""What a server shows the tester."""
_WEATHER = (NetworkChanged, FaultBegan, FaultBit, FaultEnded)
_ASIDE = (RpcDropped, RpcDelayed, RpcDuplicated, *_WEATHER)
"""What became of messages, and the weather: nothing follows from them, and they tell why something did not happen."""


class Causes:
    """Follows the events of a run, from its first on."""

    def __init__(self) -> None:
        self._next: dict[int, tuple[int, ...]] = {}  # what the next event of each server follows from
        self._saved: dict[int, int] = {}
        self._life: dict[int, int] = {}
        self._callers: dict[int, int] = {}  # by call: which life of the caller waits for the answer
        self._messages: InFlight[int] = InFlight()
        self._shown: dict[tuple[int, int], int] = {}

    def note(self, number: int, event: Event) -> tuple[int, ...]:
        """Take in the next event, of this number; return the numbers of those that it follows from directly."""
        if type(event) is TestEnded:
            return tuple(self._shown.values())
        if isinstance(event, _ASIDE):
            return self._about(event)
        server = server_of(event)
        if server is None:
            return ()
        if type(event) is ServerCrashed:
            self._crash(number, server)
            return ()
        message = self._messages.receive(event)
        causes: tuple[int, ...] = () if message is None else (message,)
        if type(event) is RpcSent:
            remember(self._callers, event.call, self._life.get(server, 0))
        if type(event) in (RpcAnswered, RpcFailed):
            life = self._callers.pop(event.call, 0)  # type: ignore[attr-defined]
            if life != self._life.get(server, 0):
                return causes  # who asked is gone; nobody hears the answer
        causes += self._next.get(server, ())
        self._next[server] = (number,)
        self._messages.send(event, number)
        if type(event) is Persisted:
            self._saved[server] = number
        elif isinstance(event, _SHOWN):
            self._shown[server, self._life.get(server, 0)] = number
        return causes

    def _crash(self, number: int, server: int) -> None:
        self._life[server] = self._life.get(server, 0) + 1
        saved = (self._saved[server],) if server in self._saved else ()
        self._next[server] = (number, *saved)

    def _about(self, event: Event) -> tuple[int, ...]:
        """The message that was lost or held back."""
        call = getattr(event, "call", -1)
        is_request = (
            type(event) is RpcDuplicated
            or (type(event) is RpcDropped and event.lost == "request")
            or (type(event) is RpcDelayed and event.held == "request")
        )
        message = (self._messages.requests if is_request else self._messages.replies).get(call)
        return () if message is None else (message,)


def past(events: Sequence[Event], ends: Iterable[int]) -> bytearray:
    """Mark the events that could have influenced any of ``ends``, these included, in time linear in their number.

    Losses and delays of marked messages, and changes of the weather, are marked along with them.

    Args:
        events: A whole trace.
        ends: Numbers of events, from 0.

    Returns:
        A byte for each event: 1 if it is marked, else 0.
    """
    causes = Causes()
    follows = [causes.note(number, event) for number, event in enumerate(events)]
    marks = bytearray(len(events))
    waiting = list(ends)
    last = max(waiting, default=-1)
    while waiting:
        number = waiting.pop()
        if not marks[number]:
            marks[number] = 1
            waiting.extend(follows[number])
    for number, event in enumerate(events[: last + 1]):
        if isinstance(event, _ASIDE):
            marks[number] = isinstance(event, _WEATHER) or any(marks[cause] for cause in follows[number])
    return marks
