"""No lock is held over a call while another thread waits for it (the lab's advice on locking).

Told as a warning: it is slow where it is not a deadlock, and the lab fails nobody for it. A server that waits for a
dead peer with its lock in hand answers nobody for up to seven seconds.
"""

from raftkit.model import MS
from raftkit.oracles._base import place_of
from raftkit.oracles._sight import View
from raftkit.trace import Event, LockOverCall


class NoLockOverCalls:
    """Collects locks that are held over calls, by the places at which threads stand."""

    needs: tuple[View, ...] = ()
    reads = (LockOverCall,)

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], str] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is LockOverCall:
            places = (place_of(event.holder_stack), place_of(event.waiter_stack))
            self._told.setdefault(places, _sentence(event, *places))

    @property
    def warnings(self) -> list[str]:
        """A sentence for each pair of places."""
        return list(self._told.values())


def _sentence(event: LockOverCall, holder: str, waiter: str) -> str:
    return (
        f"server {event.server}: thread {event.holder!r} waits for {event.over}, in {holder}, and holds {event.lock}; "
        f"thread {event.waiter!r} has waited for that lock for {event.waited_ns / MS:.0f} ms, in {waiter}: let go of a "
        "lock before a call"
    )
