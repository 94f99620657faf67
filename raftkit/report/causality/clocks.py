"""Vector clocks, computed from the trace: one event happened before another if and only if its clock is less.

Each event of a host is counted on the host's own clock. Whoever receives a message knows all that its
sender knew when it was sent: a request's arrival merges the caller's clock, an answer's the server's.
"""

from raftkit.report.causality.calls import InFlight
from raftkit.report.causality.hosts import host_of
from raftkit.trace import Event

Clock = dict[str, int]


class Clocks:
    """Follows the events of a run."""

    def __init__(self) -> None:
        self._clocks: dict[str, Clock] = {}
        self._messages: InFlight[Clock] = InFlight()

    def tick(self, event: Event) -> tuple[str, Clock]:
        """Return the host of an event and its clock there."""
        host = host_of(event)
        clock = self._clocks.setdefault(host, {host: 0})
        for other, count in (self._messages.receive(event) or {}).items():
            if count > clock.get(other, 0):
                clock[other] = count
        clock[host] += 1
        self._messages.send(event, clock.copy())
        return host, clock
