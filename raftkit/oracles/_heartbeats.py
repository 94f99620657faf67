"""A leader sends a follower at most ten heartbeats a second while nothing happens (the lab's page, 2A).

Counted is only what is surely a heartbeat and nothing else: AppendEntries that carry no entry and say, in every
field, the same as the one before from this leader to this follower, while none of them is lost or refused and no
fault is on. What is left must go on for two seconds: an election, a new commit index, a retry after a loss may all
send more for a moment.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from raftkit.model import SECOND, seconds
from raftkit.oracles._base import breach
from raftkit.oracles._sight import View
from raftkit.trace import Event, FaultBegan, FaultEnded, NetworkChanged, RpcFailed, RpcReplied, RpcSent
from raftkit.trace.messages import Kind, flag, kind_of

WINDOW_NS = 2 * SECOND
MOST = 24
"""Heartbeats in a window: ten a second, and a fifth more for timers that are not exact."""


@dataclass(slots=True)
class _Beat:
    """Messages from one server to another that are all alike."""

    args: dict[Any, Any]
    since_ns: int
    count: int = 0


class Heartbeats:
    """Counts, for each leader and follower, messages that say nothing new."""

    needs: tuple[View, ...] = ()

    def __init__(self) -> None:
        self._beats: dict[tuple[int, int], _Beat] = {}
        self._faults: set[int] = set()
        self._on: dict[type[Event], Callable[[Any], None]] = {
            RpcSent: self._on_sent,
            RpcReplied: self._on_replied,
            RpcFailed: self._on_failed,
            NetworkChanged: lambda _: self._beats.clear(),
            FaultBegan: self._on_fault,
            FaultEnded: self._on_fault_ended,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        self._on[type(event)](event)

    def _on_fault(self, event: FaultBegan) -> None:
        self._faults.add(event.fault)

    def _on_fault_ended(self, event: FaultEnded) -> None:
        self._faults.discard(event.fault)
        self._beats.clear()

    def _on_replied(self, event: RpcReplied) -> None:
        if flag(event.reply, "success") is False:
            self._on_failed(event)

    def _on_failed(self, event: RpcReplied | RpcFailed) -> None:
        self._beats.pop((event.source, event.target), None)

    def _on_sent(self, event: RpcSent) -> None:
        if kind_of(event.method) is not Kind.APPEND_ENTRIES or self._faults:
            return
        pair = (event.source, event.target)
        beat = self._beats.get(pair)
        if beat is None or beat.args != event.args:
            if _carries_nothing(event.args):
                self._beats[pair] = _Beat(event.args, event.at_ns)
            elif beat is not None:
                del self._beats[pair]
            return
        beat.count += 1
        lasted_ns = event.at_ns - beat.since_ns
        if lasted_ns >= WINDOW_NS:
            if beat.count * WINDOW_NS > MOST * lasted_ns:  # the last may come long after all others
                raise _too_many(event, beat)
            beat.since_ns, beat.count = event.at_ns, 0


def _carries_nothing(args: Any) -> bool:
    """Whether a message has fields with names, and no entries in any of them."""
    return type(args) is dict and not any(type(value) is list and value for value in args.values())


def _too_many(event: RpcSent, beat: _Beat) -> Exception:
    lasted_ns = event.at_ns - beat.since_ns
    return breach(
        "TooManyHeartbeats",
        f"server {event.source} sends server {event.target} {beat.count * SECOND / lasted_ns:.0f} heartbeats a second",
        expected="at most ten a second to each follower while nothing happens (the lab's page, 2A); "
        f"{MOST} in {seconds(WINDOW_NS)} would still do",
        observed=f"{beat.count} {event.method} without entries from t={seconds(beat.since_ns)} to "
        f"t={seconds(event.at_ns)}, each the same as the one before, none of them lost or refused",
        advice="let the leader's loop wait 100 ms or a little more between heartbeats, and give followers election "
        "timeouts of several heartbeats",
    )
