"""What the events of an RPC are, in words: who asks whom for what, who grants and who refuses, what gets lost."""

from collections.abc import Callable
from typing import Any

from raftkit.report.clean import clean
from raftkit.report.columns.roles import CANDIDATE, LEADER, State
from raftkit.report.columns.rpc import APPEND, SNAPSHOT, VOTE, compact, number, plain_fields, plain_name
from raftkit.report.difference._deed import NETWORK, Deed, Knowledge, server
from raftkit.report.explain._wire import span
from raftkit.trace import (
    Event,
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcDuplicated,
    RpcFailed,
    RpcReplied,
    RpcSent,
)


def _sent(event: RpcSent, known: Knowledge) -> Deed:
    kind, fields = plain_name(event.method), plain_fields(event.args)
    term, to = number(fields, "term"), server(event.target)
    who = server(event.source)
    if term is None or kind not in (VOTE, APPEND, SNAPSHOT):
        return Deed(who, "call", "calls", f"{clean(event.method)} of {to}: {compact(event.args)}")
    before = known.states.get(event.source, State())
    if kind == VOTE:
        if before != State(term, CANDIDATE):
            return Deed(who, "stand", "stands", f"for election in term {term}")
        return Deed(who, "ask", "asks", f"{to} for its vote in term {term}")
    if before != State(term, LEADER):
        return Deed(who, "lead", "leads", f"term {term}")
    return Deed(who, "send", "sends", f"{to} {_load(event)}")


def _load(event: RpcSent) -> str:
    """What a leader's message brings: ``entries 8 to 9 in term 4``."""
    kind, fields = plain_name(event.method), plain_fields(event.args)
    term = number(fields, "term")
    if kind == SNAPSHOT:
        return f"a snapshot up to {number(fields, 'lastincludedindex', 'snapshotindex')} of term {term}"
    first, last = span(event) or (0, -1)
    if last < first:
        return f"a heartbeat of term {term}"
    return f"entry {first} in term {term}" if first == last else f"entries {first} to {last} in term {term}"


def _replied(event: RpcReplied, known: Knowledge) -> Deed:
    kind, fields = plain_name(event.method), plain_fields(event.reply)
    who, caller = server(event.target), server(event.source)
    call = known.calls.get(event.call)
    answer = fields.get("votegranted", fields.get("granted", fields.get("success")))
    if call is None or type(answer) is not bool or kind not in (VOTE, APPEND):
        return Deed(
            who, "answer", "answers", f"{clean(event.method)} of {caller} with {compact(event.reply)}"
        )
    if kind == VOTE:
        what = f"its vote for term {number(plain_fields(call.args), 'term')} to {caller}"
        return Deed(who, "grant", "grants", what) if answer else Deed(who, "refuse", "refuses", what)
    what = f"{_load(call)} from {caller}"
    return Deed(who, "accept", "accepts", what) if answer else Deed(who, "refuse", "refuses", what)


def _call_text(event: Any) -> str:
    return f"{clean(event.method)} from {server(event.source)} to {server(event.target)}"


def _delivered(event: RpcDelivered, known: Knowledge) -> Deed:
    return Deed(NETWORK, "deliver", "delivers", _call_text(event))


def _dropped(event: RpcDropped, known: Knowledge) -> Deed:
    return Deed(NETWORK, "lose", "loses", f"the {clean(event.lost)} of {_call_text(event)}")


def _delayed(event: RpcDelayed, known: Knowledge) -> Deed:
    call = known.calls.get(event.call)
    held = "the request of" if event.held == "request" else "the reply to"
    return Deed(NETWORK, "hold back", "holds back", f"{held} {_call_text(call)}" if call else "a message")


def _duplicated(event: RpcDuplicated, known: Knowledge) -> Deed:
    return Deed(NETWORK, "duplicate", "duplicates", f"the request of {_call_text(event)}")


def _answered(event: RpcAnswered, known: Knowledge) -> Deed:
    return Deed(NETWORK, "bring", "brings", f"the reply to {_call_text(event)}")


def _failed(event: RpcFailed, known: Knowledge) -> Deed:
    return Deed(NETWORK, "give up", "gives up", f"{_call_text(event)} ({clean(event.why)})")


MESSAGES: dict[type[Event], Callable[[Any, Knowledge], Deed]] = {
    RpcSent: _sent,
    RpcReplied: _replied,
    RpcDelivered: _delivered,
    RpcDropped: _dropped,
    RpcDelayed: _delayed,
    RpcDuplicated: _duplicated,
    RpcAnswered: _answered,
    RpcFailed: _failed,
}
