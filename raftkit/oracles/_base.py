"""What oracles share: how a breach is told, places in the code, and what is known of calls under way."""

from typing import Any

from raftkit.errors import CaseFailed
from raftkit.model import Failure, seconds
from raftkit.trace import Event, RpcSent, Started, StateRead
from raftkit.trace.messages import Kind, kind_of, number


def breach(kind: str, summary: str, *, expected: str, observed: str, advice: str) -> CaseFailed:
    """A broken property, with its evidence."""
    return CaseFailed(
        Failure(kind=kind, summary=summary, expected=expected, observed=observed, advice=advice)
    )


def at(event_or_ns: Event | int) -> str:
    """A moment in words: ``t=2.314s``."""
    return f"t={seconds(event_or_ns if isinstance(event_or_ns, int) else event_or_ns.at_ns)}"


def place_of(stack: str) -> str:
    """The innermost place of a stack that is the implementation's own: ``raft.py:189 in _run_ticker``."""
    lines = [line for line in stack.splitlines() if not line.startswith(" ")]
    return lines[-1] if lines else ""


def leadership(event: Event) -> tuple[int, int, str] | None:
    """Who shows by an event that it leads, in which term, and how; None when nobody does."""
    match event:
        case RpcSent() if kind_of(event.method) in (Kind.APPEND_ENTRIES, Kind.INSTALL_SNAPSHOT):
            term = number(event.args, "term")
            return None if term is None else (event.source, term, f"sent {event.method}")
        case StateRead() if event.leader:
            return event.server, event.term, "said that it leads"
        case Started() if event.accepted:
            return event.server, event.term, "accepted a command"
    return None


class Calls:
    """Requests whose reply may still come, by call number."""

    def __init__(self) -> None:
        self._args: dict[int, Any] = {}

    def sent(self, event: RpcSent, what: Any) -> None:
        """Remember what a request said."""
        self._args[event.call] = what

    def request(self, call: int) -> Any:
        """What the request of a call said, or None."""
        return self._args.get(call)

    def done(self, call: int) -> None:
        """The call has ended."""
        self._args.pop(call, None)
