"""No server sends RPCs without pause.

The lab asks for at most ten heartbeats a second, and counts RPCs in one of its tests. This oracle
only catches what no sane implementation comes near: a loop that calls its peers again as soon as a
call has returned. The budget is far above the lab's heaviest load (about 800 RPCs a lab second).
"""

from raftkit.errors import CaseFailed
from raftkit.model import SECOND, Failure
from raftkit.oracles._sight import View
from raftkit.trace import Event, RpcSent

BUDGET = 2_500
"""RPCs that one server may send within one lab second."""


class RpcFlood:
    """Counts each server's RPCs by lab second."""

    needs: tuple[View, ...] = ()
    reads = (RpcSent,)

    def __init__(self) -> None:
        self._second = -1
        self._sent: dict[int, int] = {}
        self._last: dict[int, str] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is not RpcSent:
            return
        second = event.at_ns // SECOND
        if second != self._second:
            self._second = second
            self._sent.clear()
        count = self._sent[event.source] = self._sent.get(event.source, 0) + 1
        if count > BUDGET:
            raise CaseFailed(
                Failure(
                    kind="RpcFlood",
                    summary=f"server {event.source} sends RPCs without pause",
                    expected=f"at most {BUDGET} RPCs of one server in a lab second; the lab allows ten heartbeats",
                    observed=f"{count} RPCs in the second from t={second}s, the last one {event.method} to "
                    f"server {event.target}",
                    advice="does a loop call again at once when a call has failed or returned? let it wait",
                )
            )
