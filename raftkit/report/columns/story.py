"""Events as lines, in order; an RPC is one line, held back until its fate is known.

So that a reader sees the answer beside the question, lines wait behind an RPC under way: for at most
some seconds of virtual time, after which it is shown as unanswered and its fate gets a line of its own.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from raftkit.model import SECOND
from raftkit.report.columns.line import Line, Look
from raftkit.report.columns.lives import Lives
from raftkit.report.columns.roles import LEADER, Roles, State
from raftkit.report.columns.rpc import duration, number, plain_fields, plain_name, reply_text, request_text
from raftkit.report.columns.tell import tell
from raftkit.trace import Event, RpcAnswered, RpcDelivered, RpcDropped, RpcFailed, RpcReplied, RpcSent

HELD_NS = 8 * SECOND
"""The network gives up on a call within 7 s."""
HELD_LINES = 50_000
_GLYPHS = {LEADER: "◆ leader"}


def story(events: Iterable[Event | None]) -> Iterator[Line]:
    """Yield the lines for these events; None among them says that no more come for now."""
    teller = _Story()
    for event in events:
        if event is None:
            teller.give_up()
        else:
            teller.add(event)
        yield from teller.ready()
    teller.give_up()
    yield from teller.ready()


@dataclass(slots=True)
class _Call:
    """An RPC under way."""

    line: Line
    kind: str
    stage: str = "on its way"
    answer: str = ""
    is_good: bool = True
    was_shown: bool = False


class _Story:
    def __init__(self) -> None:
        self._held: deque[Line] = deque()
        self._calls: dict[int, _Call] = {}
        self._roles = Roles()
        self._lives = Lives()

    # --- events come in ---

    def add(self, event: Event) -> None:
        """Take in an event."""
        self._lives.note(event)
        change = self._roles.note(event)
        if change is not None:
            self._hold(_state_line(event.at_ns, *change))
        react = _RPC_EVENTS.get(type(event))
        if react is not None:
            react(self, event)
            return
        line = tell(event)
        if line is not None and not self._joined(line):
            if line.term is None and line.server is not None:
                line.term = self._roles.term(line.server)
            self._hold(line)

    def _joined(self, line: Line) -> bool:
        """Put ``S2 disconnected`` into the line ``S1 disconnected`` that came just before."""
        last = self._held[-1] if self._held else None
        if last is None or line.look is not Look.FAULT or last.look is not Look.FAULT:
            return False
        who, what = line.text.split(" ", 1) if line.text.startswith("S") else ("", line.text)
        if not who or not last.text.endswith(f" {what}"):
            return False
        last.text = f"{last.text.removesuffix(f' {what}')}, {who} {what}"
        return True

    def _hold(self, line: Line) -> None:
        line.life = self._lives.text
        self._held.append(line)

    # --- RPCs ---

    def _sent(self, event: RpcSent) -> None:
        kind = plain_name(event.method)
        fields = plain_fields(event.args)
        topic, text = request_text(kind, event.method, event.args, fields)
        term = number(fields, "term")
        line = Line(event.at_ns, topic, text, Look.PLAIN, event.source, event.target, term, is_settled=False)
        self._calls[event.call] = _Call(line, kind)
        self._hold(line)

    def _delivered(self, event: RpcDelivered) -> None:
        if call := self._calls.get(event.call):
            call.stage = "handler runs"

    def _replied(self, event: RpcReplied) -> None:
        if call := self._calls.get(event.call):
            call.answer, call.is_good = reply_text(call.kind, event.reply, call.line.term)
            call.stage = f"{call.answer}, reply on its way".removeprefix(", ")

    def _dropped(self, event: RpcDropped) -> None:
        if call := self._calls.get(event.call):
            call.stage = f"{event.lost} lost"

    def _answered(self, event: RpcAnswered) -> None:
        if call := self._calls.pop(event.call, None):
            took = duration(event.at_ns - call.line.at_ns)
            mark = "✓" if call.is_good else "✗"
            self._settle(call, event.at_ns, f"{mark} {call.answer or 'answered'} {took}", call.is_good)

    def _failed(self, event: RpcFailed) -> None:
        if call := self._calls.pop(event.call, None):
            took = duration(event.at_ns - call.line.at_ns)
            self._settle(call, event.at_ns, f"✗ {_short(event.why)}, failed after {took}", False)

    def _settle(self, call: _Call, at_ns: int, fate: str, is_good: bool) -> None:
        line = call.line
        if call.was_shown:
            line = Line(at_ns, line.topic, line.text, Look.PLAIN, line.server, line.target, line.term)
            self._hold(line)
        line.fate, line.is_good, line.is_settled = fate, is_good, True

    # --- lines go out ---

    def ready(self) -> Iterator[Line]:
        """Take out the lines that wait for nothing."""
        held = self._held
        while held:
            line = held[0]
            if len(held) == 1 and line.look is Look.FAULT:
                return  # one that says the same may follow
            if not line.is_settled:
                if held[-1].at_ns - line.at_ns < HELD_NS and len(held) < HELD_LINES:
                    return
                self.give_up(line)
            yield held.popleft()

    def give_up(self, only: Line | None = None) -> None:
        """Show calls under way as such: one, or all."""
        for call in self._calls.values():
            if only is None or call.line is only:
                if not call.was_shown:
                    call.line.fate, call.line.is_good = f"… {call.stage}", False
                call.was_shown = call.line.is_settled = True


_RPC_EVENTS = {
    RpcSent: _Story._sent,
    RpcDelivered: _Story._delivered,
    RpcReplied: _Story._replied,
    RpcDropped: _Story._dropped,
    RpcAnswered: _Story._answered,
    RpcFailed: _Story._failed,
}


def _state_line(at_ns: int, server: int, state: State) -> Line:
    topic = "LEAD" if state.role == LEADER else "TERM"
    text = f"{_GLYPHS.get(state.role, '◇ ' + state.role)} T{state.term}"
    return Line(at_ns, topic, text, Look.STATE, server, term=state.term)


def _short(why: str) -> str:
    return why if len(why) < 40 else why[:39] + "…"
