"""The story of followers that do not get on: what was sent to each lately, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.model import SECOND, Moment
from raftkit.report.explain._wire import is_append, span, succeeded
from raftkit.trace import Event, RpcFailed, RpcReplied, RpcSent

WINDOW_NS = 5 * SECOND
"""How far back from the end it is told."""
MOST = 6


@dataclass(slots=True)
class _Stream:
    """AppendEntries from one server to another."""

    first: RpcSent
    line: int
    sent: int = 0
    with_index: int = 0
    empty: int = 0
    lowest: int | None = None
    highest: int | None = None
    accepted: int = 0
    refused: int = 0
    failed: int = 0


def followers(events: Sequence[Event], index: int | None, follower: int | None) -> list[Moment]:
    """Tell what was sent to a follower, or to all of them, in the last seconds: with an index, and without."""
    since_ns = events[-1].at_ns - WINDOW_NS if events else 0
    streams: dict[tuple[int, int], _Stream] = {}
    calls: dict[int, _Stream] = {}
    for line, event in enumerate(events, 1):
        if event.at_ns < since_ns:
            continue
        match event:
            case RpcSent() if is_append(event.method) and follower in (None, event.target):
                stream = streams.setdefault((event.source, event.target), _Stream(event, line))
                calls[event.call] = stream
                _sent(stream, event, index)
            case RpcReplied() if event.call in calls:
                calls[event.call].accepted += succeeded(event)
                calls[event.call].refused += not succeeded(event)
            case RpcFailed() if event.call in calls:
                calls[event.call].failed += 1
    told = sorted(streams.values(), key=lambda stream: -stream.sent)[:MOST]
    told.sort(key=lambda stream: stream.line)
    return [Moment(text=_text(stream, index), at_ns=stream.first.at_ns, line=stream.line) for stream in told]


def _sent(stream: _Stream, event: RpcSent, index: int | None) -> None:
    stream.sent += 1
    carried = span(event)
    if carried is None:
        return
    first, last = carried
    stream.empty += last < first
    stream.with_index += index is not None and first <= index <= last
    stream.lowest = first - 1 if stream.lowest is None else min(stream.lowest, first - 1)
    stream.highest = first - 1 if stream.highest is None else max(stream.highest, first - 1)


def _text(stream: _Stream, index: int | None) -> str:
    first = stream.first
    parts = [f"S{first.source} → S{first.target}  from here on {stream.sent:,} {first.method}"]
    if stream.lowest is not None:
        behind = (
            f"{stream.lowest}" if stream.lowest == stream.highest else f"{stream.lowest} to {stream.highest}"
        )
        parts.append(f"behind index {behind}")
        parts.append(f"{stream.empty:,} without entries")
        if index is not None:
            parts.append(f"{stream.with_index or 'none'} with index {index}")
    ends = ((stream.accepted, "accepted"), (stream.refused, "refused"), (stream.failed, "failed"))
    parts.append(", ".join(f"{count:,} {how}" for count, how in ends if count) or "none answered")
    return "; ".join(parts)
