"""The story of traffic: who sent what, how often."""

from collections import Counter
from collections.abc import Sequence

from raftkit.model import SECOND
from raftkit.trace import Event, RpcSent

TOP = 5


def busiest(events: Sequence[Event]) -> list[str]:
    """The busiest senders by method and target, with their pace over the time in which they sent."""
    counts: Counter[tuple[int, int, str]] = Counter()
    first: dict[tuple[int, int, str], int] = {}
    last: dict[tuple[int, int, str], int] = {}
    for event in events:
        if type(event) is RpcSent:
            key = (event.source, event.target, event.method)
            counts[key] += 1
            first.setdefault(key, event.at_ns)
            last[key] = event.at_ns
    lines = []
    for key, count in counts.most_common(TOP):
        source, target, method = key
        took_ns = last[key] - first[key]
        pace = (
            f", one every {took_ns / (count - 1) / 1e6:.1f} ms"
            if count > 1 and took_ns < 600 * SECOND
            else ""
        )
        lines.append(f"S{source} sent {count} {method} to S{target}{pace}")
    return lines
