"""What oracles share: how a breach is told, and what is known of calls under way."""

from typing import Any

from raftkit.errors import CaseFailed
from raftkit.model import Failure, seconds
from raftkit.trace import Event, RpcSent


def breach(kind: str, summary: str, *, expected: str, observed: str, advice: str) -> CaseFailed:
    """A broken property, with its evidence."""
    return CaseFailed(
        Failure(kind=kind, summary=summary, expected=expected, observed=observed, advice=advice)
    )


def at(event_or_ns: Event | int) -> str:
    """A moment in words: ``t=2.314s``."""
    return f"t={seconds(event_or_ns if isinstance(event_or_ns, int) else event_or_ns.at_ns)}"


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
