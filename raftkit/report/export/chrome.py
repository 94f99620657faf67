"""The JSON trace format of Chrome's tracing and of Perfetto (https://ui.perfetto.dev).

One track a server: what it was at a time (``leader T4``), and in it what it did; arrows are
messages. The tester's track shows the steps. Times are virtual.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from raftkit.report.causality import TESTER, InFlight, server_of
from raftkit.report.columns.roles import Roles, State
from raftkit.report.export.labels import Labels
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelivered,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    StepBegan,
    TestBegan,
    TestEnded,
)

_PROCESS = 1
_TESTER_TRACK = 0
LONGEST_SLICE_NS = 20_000
"""An event takes no time; a viewer needs some to draw it, but no more than until the next."""

Slice = dict[str, Any]


def chrome_trace(events: Iterable[Event], name: str) -> Iterator[str]:
    """Yield the document, line by line."""
    yield '{"displayTimeUnit":"ms","traceEvents":['
    yield _encode({"ph": "M", "pid": _PROCESS, "name": "process_name", "args": {"name": name}})
    for slice_ in _Tracks().slices(events):
        yield "," + _encode({"pid": _PROCESS, **slice_})
    yield "]}"


class _Tracks:
    """What is open on each track."""

    def __init__(self) -> None:
        self._labels = Labels()
        self._roles = Roles()
        self._arrows = _Arrows()
        self._known: set[int] = set()
        self._waiting: dict[int, list[Slice]] = {}  # the last event of each track, until its length is known
        self._open: dict[int, str] = {}  # what each server is, as far as it is drawn
        self._steps: list[str] = []
        self._now = 0

    def slices(self, events: Iterable[Event]) -> Iterator[Slice]:
        """Yield what the document holds."""
        for event in events:
            self._now = event.at_ns
            track = _track(event)
            yield from self._introduce(track)
            if type(event) is StepBegan:
                yield from self._step(event)
                continue
            change = self._roles.note(event)
            if change is not None:
                yield from self._become(change[0] + 1, _text(change[1]))
            if type(event) in (ServerCreated, ServerCrashed):
                yield from self._become(track, "" if type(event) is ServerCrashed else "up")
            yield from self._event(track, event)
        yield from self._end()

    def _event(self, track: int, event: Event) -> Iterator[Slice]:
        label = self._labels.label(event)
        if not label:
            return
        yield from self._release(track)
        if track == _TESTER_TRACK:
            scope = "g" if type(event) in (TestBegan, TestEnded) else "t"
            yield {"ph": "i", "s": scope, "tid": track, "ts": event.at_ns / 1000, "name": label}
            return
        slice_ = {"ph": "X", "tid": track, "ts": event.at_ns / 1000, "name": label, "args": _details(event)}
        if type(event) in (RpcDelivered, RpcAnswered):
            yield from self._release(
                _sender(event) + 1
            )  # an arrow begins before it ends, at the same moment too
        self._waiting[track] = [slice_, *self._arrows.arrow(track, event)]

    def _release(self, track: int) -> Iterator[Slice]:
        """Let go of the last event of a track: it ends where the next begins, at the latest."""
        if waiting := self._waiting.pop(track, None):
            slice_, *flow = waiting
            room = self._now - round(slice_["ts"] * 1000)
            dur = max(
                min(room, LONGEST_SLICE_NS) - 1, 0
            )  # viewers cut fractions off: neighbours must not overlap
            yield {**slice_, "dur": dur / 1000}
            yield from flow  # behind it: of slices that begin at one moment, Perfetto takes the last one so far

    def _become(self, track: int, what: str) -> Iterator[Slice]:
        """End what a server was, and begin what it is now."""
        if self._open.get(track) == what:
            return
        yield from self._release(track)
        if self._open.pop(track, ""):
            yield {"ph": "E", "tid": track, "ts": self._now / 1000}
        if what:
            self._open[track] = what
            yield {"ph": "B", "tid": track, "ts": self._now / 1000, "name": what}

    def _step(self, event: StepBegan) -> Iterator[Slice]:
        """Begin a step; it ends those before it, but not the one that it is a part of."""
        while self._steps and not event.step.startswith(f"{self._steps[-1]}."):
            self._steps.pop()
            yield {"ph": "E", "tid": _TESTER_TRACK, "ts": event.at_ns / 1000}
        self._steps.append(event.step)
        label = self._labels.label(event)
        yield {"ph": "B", "tid": _TESTER_TRACK, "ts": event.at_ns / 1000, "name": label}

    def _end(self) -> Iterator[Slice]:
        for track in sorted(self._waiting):
            yield from self._release(track)
        for track in sorted(self._open):
            yield from self._become(track, "")
        for _ in self._steps:
            yield {"ph": "E", "tid": _TESTER_TRACK, "ts": self._now / 1000}

    def _introduce(self, track: int) -> Iterator[Slice]:
        if track not in self._known:
            self._known.add(track)
            name = TESTER if track == _TESTER_TRACK else f"S{track - 1}"
            yield {"ph": "M", "tid": track, "name": "thread_name", "args": {"name": name}}
            yield {"ph": "M", "tid": track, "name": "thread_sort_index", "args": {"sort_index": track}}


def _track(event: Event) -> int:
    server = server_of(event)
    return _TESTER_TRACK if server is None else server + 1


def _text(state: State) -> str:
    return f"{state.role} T{state.term}".lstrip()


def _sender(event: Event) -> int:
    """Who sent the message that arrives at an event."""
    assert isinstance(event, RpcDelivered | RpcAnswered)
    return event.source if type(event) is RpcDelivered else event.target


class _Arrows:
    """A request from its sending to its arrival, a reply likewise; one whose beginning is not shown has no end."""

    def __init__(self) -> None:
        self._messages: InFlight[int] = InFlight()

    def arrow(self, track: int, event: Event) -> Iterator[Slice]:
        """Yield the end of an arrow that an event is, if it is one."""
        arrived = self._messages.receive(event)
        if arrived is not None:
            yield {**_end("f", arrived, track, event), "bp": "e"}
        elif isinstance(event, RpcSent | RpcReplied):
            number = 2 * event.call + (
                type(event) is RpcReplied
            )  # Perfetto drops arrows whose id is not a number
            self._messages.send(event, number)
            yield _end("s", number, track, event)


def _end(phase: str, number: int, track: int, event: Event) -> Slice:
    what = "reply" if number % 2 else "request"
    return {"ph": phase, "cat": what, "id": number, "name": what, "tid": track, "ts": event.at_ns / 1000}


def _details(event: Event) -> dict[str, Any]:
    fields = msgspec.to_builtins(event)
    return {key: value for key, value in fields.items() if key not in ("event", "at_ns", "source", "target")}


def _encode(value: Slice) -> str:
    return msgspec.json.encode(value, enc_hook=str).decode()
