"""At most one server leads in a term (Raft §5.2, Election Safety).

A server leads a term when it says so to the tester, accepts a command, or sends AppendEntries or
InstallSnapshot for that term.
"""

from raftkit.oracles._base import at, breach, leadership
from raftkit.oracles._sight import View
from raftkit.trace import Event, RpcSent, Started, StateRead


class ElectionSafety:
    """Remembers who led each term, and how that was seen."""

    needs: tuple[View, ...] = ()
    reads = (RpcSent, Started, StateRead)

    def __init__(self) -> None:
        self._leaders: dict[int, tuple[int, str, int]] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        leads = leadership(event)
        if leads is None:
            return
        server, term, how = leads
        first, first_how, first_ns = self._leaders.setdefault(term, (server, how, event.at_ns))
        if first != server:
            raise breach(
                "ElectionSafetyViolated",
                f"term {term} has two leaders",
                expected="at most one leader in a term (Raft §5.2)",
                observed=f"server {first} {first_how} at {at(first_ns)}; server {server} {how} at {at(event)}",
                advice="who voted for each of them in this term, and is voted_for checked, kept and saved?",
            )
