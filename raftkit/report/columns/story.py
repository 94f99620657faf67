"""Events as lines, in order; an RPC is one line, held back until its fate is known.

So that a reader sees the answer beside the question, lines wait behind an RPC under way: for at most
some seconds of virtual time, after which it is shown as unanswered and its fate gets a line of its own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from raftkit.model import SECOND
from raftkit.report.columns.join import join, may_grow
from raftkit.report.columns.line import Line, Look, safe
from raftkit.report.columns.lives import Lives
from raftkit.report.columns.roles import CANDIDATE, FOLLOWER, LEADER, UNKNOWN, Roles, State
from raftkit.report.columns.rpc import (
    HEARTBEAT_TOPIC,
    duration,
    number,
    plain_fields,
    plain_name,
    reply_text,
    request_text,
)
from raftkit.report.columns.tell import tell
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelivered,
    RpcDropped,
    RpcFailed,
    RpcReplied,
    RpcSent,
    TestBegan,
    TraceError,
)

HELD_NS = 8 * SECOND
"""The network gives up on a call within 7 s."""
HELD_LINES = 20_000
MOST_CALLS = 20_000
"""Calls under way that are remembered; those that hang for ever must not fill the memory."""
_SIGNS = {LEADER: "◆", CANDIDATE: "◇", FOLLOWER: "○", UNKNOWN: "○"}


def story(events: Iterable[Event | None]) -> Iterator[Line]:
    """Yield the lines for these events; None among them says that no more come for now."""
    teller = _Story()
    try:
        for event in events:
            if event is None:
                yield from teller.all()
                continue
            if type(event) is TestBegan:  # a trace behind another: calls are counted anew
                yield from teller.all()
                teller = _Story()
            yield from teller.add(event)
    except TraceError:  # what came before the damage is told all the same
        yield from teller.all()
        raise
    yield from teller.all()


@dataclass(slots=True)
class _Call:
    """An RPC under way."""

    line: Line
    kind: str
    stage: str
    answer: str = ""
    is_good: bool = True
    was_shown: bool = False


class _Story:
    def __init__(self) -> None:
        self._held: deque[Line] = deque()
        self._calls: dict[int, _Call] = {}
        self._roles = Roles()
        self._leaders: dict[int, int] = {}
        self._lives = Lives()

    # --- events come in ---

    def add(self, event: Event) -> Iterator[Line]:
        """Take in an event; yield the lines that wait for nothing more."""
        self._note(event)
        yield from self._ready()

    def _note(self, event: Event) -> None:
        self._lives.note(event)
        change = self._roles.note(event)
        if change is not None:
            self._hold(self._state_line(event.at_ns, *change))
        react = _RPC_EVENTS.get(type(event))
        if react is not None:
            react(self, event)
            return
        line = tell(event)
        if line is not None and not (self._held and join(self._held[-1], line)):
            if line.term is None and line.server is not None:
                line.term = self._roles.term(line.server)
            self._hold(line)

    def _hold(self, line: Line) -> None:
        line.life = self._lives.text
        self._held.append(line)

    def _state_line(self, at_ns: int, server: int, state: State) -> Line:
        text = " ".join(part for part in (_SIGNS[state.role], state.role, f"T{state.term}") if part)
        if state.role != LEADER:
            return Line(at_ns, "TERM", text, Look.STATE, server, term=state.term)
        first = self._leaders.setdefault(state.term, server)
        look = Look.STATE if first == server else Look.BAD
        text += "" if first == server else f", as S{first} is"
        return Line(at_ns, "LEAD", text, look, server, term=state.term)

    # --- RPCs ---

    def _sent(self, event: RpcSent) -> None:
        kind = plain_name(event.method)
        fields = plain_fields(event.args)
        topic, text = request_text(kind, event.method, event.args, fields)
        term = number(fields, "term")
        line = Line(event.at_ns, topic, text, Look.PLAIN, event.source, event.target, term)
        line.call, line.is_settled = event.call, False
        stage = self._lives.between(event.source, event.target) or "on its way"
        if len(self._calls) >= MOST_CALLS:
            del self._calls[next(iter(self._calls))]
        self._calls[event.call] = _Call(line, kind, stage)
        self._hold(line)

    def _delivered(self, event: RpcDelivered) -> None:
        if (call := self._calls.get(event.call)) and not event.copy:
            call.stage = "handler runs"

    def _replied(self, event: RpcReplied) -> None:
        if (call := self._calls.get(event.call)) and not event.copy:
            call.answer, call.is_good = reply_text(call.kind, event.reply, call.line.term)
            if call.is_good and call.line.topic == HEARTBEAT_TOPIC:
                call.answer = ""  # as expected
            call.stage = f"{call.answer}, reply on its way".removeprefix(", ")

    def _dropped(self, event: RpcDropped) -> None:
        if call := self._calls.get(event.call):
            call.stage = safe(f"{event.lost} lost")

    def _answered(self, event: RpcAnswered) -> None:
        if call := self._calls.pop(event.call, None):
            took = duration(event.at_ns - call.line.at_ns)
            mark = "✓" if call.is_good else "✗"
            self._settle(call, event.at_ns, f"{mark} {call.answer} {took}".replace("  ", " "), call.is_good)

    def _failed(self, event: RpcFailed) -> None:
        if call := self._calls.pop(event.call, None):
            took = duration(event.at_ns - call.line.at_ns)
            self._settle(call, event.at_ns, f"✗ {safe(event.why)}, failed after {took}", False)

    def _settle(self, call: _Call, at_ns: int, fate: str, is_good: bool) -> None:
        line = call.line
        if call.was_shown:
            line = Line(at_ns, line.topic, line.text, Look.PLAIN, line.server, line.target, line.term)
            self._hold(line)
        line.fate, line.is_good, line.is_settled = fate, is_good, True

    # --- lines go out ---

    def all(self) -> Iterator[Line]:
        """Take out every line; RPCs under way are shown as such."""
        for line in self._held:
            self._show_under_way(line)
            yield line
        self._held.clear()

    def _ready(self) -> Iterator[Line]:
        held = self._held
        while held:
            line = held[0]
            if not line.is_settled and held[-1].at_ns - line.at_ns < HELD_NS and len(held) < HELD_LINES:
                return
            if len(held) == 1 and may_grow(line):
                return
            self._show_under_way(line)
            yield held.popleft()

    def _show_under_way(self, line: Line) -> None:
        if line.is_settled:
            return
        line.is_settled = True
        line.fate, line.is_good = "… on its way", False
        call = self._calls.get(line.call)
        if call is not None and call.line is line:
            line.fate = f"… {call.stage}"
            call.was_shown = True


_RPC_EVENTS: dict[type[Event], Callable[[_Story, Any], None]] = {
    RpcSent: _Story._sent,
    RpcDelivered: _Story._delivered,
    RpcReplied: _Story._replied,
    RpcDropped: _Story._dropped,
    RpcAnswered: _Story._answered,
    RpcFailed: _Story._failed,
}
