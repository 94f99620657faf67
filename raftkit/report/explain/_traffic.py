"""The story of traffic: who sent what, how often, and what made it send again."""

from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.model import MS, Moment
from raftkit.report.explain._wire import is_append, span
from raftkit.trace import Event, RpcAnswered, RpcFailed, RpcSent

TOP = 5
WORTH = 10
"""Who sends less than a tenth of what the busiest sends is not told."""
SOON_NS = 1 * MS
"""What is sent so soon after an answer is sent because of it."""

Way = tuple[int, int, str]


@dataclass(slots=True)
class _Stream:
    """Messages of one method from one server to another."""

    count: int = 0
    first_ns: int = 0
    last_ns: int = 0
    bytes: int = 0
    empty: int = 0
    at_once: int = 0
    line: int = 0


def busiest(events: Sequence[Event]) -> list[Moment]:
    """Tell the busiest senders by method and target: their pace, their load, and what triggers them."""
    streams: dict[Way, _Stream] = {}
    ended: dict[Way, int] = {}
    for line, event in enumerate(events, 1):
        match event:
            case RpcSent():
                _note(line, event, streams, ended)
            case RpcAnswered() | RpcFailed():
                ended[event.source, event.target, event.method] = event.at_ns
    top = sorted(streams.items(), key=lambda item: (-item[1].count, item[0]))[:TOP]
    worth = [(way, stream) for way, stream in top if WORTH * stream.count >= top[0][1].count]
    return [Moment(text=_text(way, stream), at_ns=stream.first_ns, line=stream.line) for way, stream in worth]


def _note(line: int, event: RpcSent, streams: dict[Way, _Stream], ended: dict[Way, int]) -> None:
    way = event.source, event.target, event.method
    stream = streams.setdefault(way, _Stream(first_ns=event.at_ns, line=line))
    stream.count += 1
    stream.bytes += event.bytes
    stream.last_ns = event.at_ns
    carried = span(event) if is_append(event.method) else None
    stream.empty += carried is not None and carried[1] < carried[0]
    stream.at_once += way in ended and event.at_ns - ended[way] <= SOON_NS


def _text(way: Way, stream: _Stream) -> str:
    source, target, method = way
    parts = [f"S{source} → S{target}  from here on {stream.count:,} {method}, {stream.bytes:,} bytes"]
    if stream.count > 1:
        parts.append(f"one every {(stream.last_ns - stream.first_ns) / (stream.count - 1) / MS:.1f} ms")
    if stream.empty:
        parts.append(
            "all without entries" if stream.empty == stream.count else f"{stream.empty:,} without entries"
        )
    if 2 * stream.at_once > stream.count:
        parts.append(f"{stream.at_once:,} of them as soon as the call before had ended")
    return "; ".join(parts)
