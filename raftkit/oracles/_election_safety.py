"""At most one server leads in a term (Raft §5.2, Election Safety).

A server leads a term when it says so to the tester, accepts a command, or sends AppendEntries or
InstallSnapshot for that term.
"""

from raftkit.oracles._base import at, breach
from raftkit.oracles._wire import Kind, kind_of, number
from raftkit.trace import Event, RpcSent, Started, StateRead


class ElectionSafety:
    """Remembers who led each term, and how that was seen."""

    reads = (RpcSent, Started, StateRead)

    def __init__(self) -> None:
        self._leaders: dict[int, tuple[int, str]] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        match event:
            case RpcSent() if kind_of(event.method) in (Kind.APPEND_ENTRIES, Kind.INSTALL_SNAPSHOT):
                term = number(event.args, "term")
                if term is not None:
                    self._leads(event.source, term, event, f"sent {event.method}")
            case StateRead() if event.leader:
                self._leads(event.server, event.term, event, "said that it leads")
            case Started() if event.accepted:
                self._leads(event.server, event.term, event, "accepted a command")

    def _leads(self, server: int, term: int, event: Event, how: str) -> None:
        known = self._leaders.get(term)
        if known is None:
            self._leaders[term] = (server, f"server {server} {how} at {at(event)}")
        elif known[0] != server:
            raise breach(
                "ElectionSafetyViolated",
                f"term {term} has two leaders",
                expected="at most one leader in a term (Raft §5.2)",
                observed=f"{known[1]}; server {server} {how} at {at(event)}",
                advice="who voted for each of them in this term, and is voted_for checked, kept and saved?",
            )
