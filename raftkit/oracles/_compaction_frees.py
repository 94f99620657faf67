"""What a snapshot covers is let go of: saved state and memory stay in proportion to the entries behind it (Raft §7).

The lab's page asks for it in 2D: no reachable reference to discarded entries. What entries cost is learned from what
servers save before their first snapshots. The latest snapshot does not count yet, nor do those of the last second, so
that nobody has to compact at once; entries that a server may have, as far as messages tell, all count as its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from raftkit.model import SECOND
from raftkit.oracles._base import Calls, at, breach
from raftkit.oracles._sight import View
from raftkit.trace import (
    Applied,
    Event,
    Persisted,
    RpcAnswered,
    RpcDelivered,
    RpcFailed,
    RpcSent,
    SnapshotApplied,
    SnapshotTaken,
    Started,
    TestBegan,
)
from raftkit.trace.messages import Kind, append_of, kind_of, number

RESPITE_NS = 1 * SECOND
"""How old a snapshot must be to count."""
SPARE_ENTRIES = 20
"""Entries more than we know of."""
SPARE_BYTES = 1_000
"""What a state may hold beside its entries."""
BYTES_FACTOR = 2
ENTRIES_FACTOR = 3
UNKNOWN_ENTRY_BYTES = 200
"""What an entry costs where that could not be learned, beside four times its command."""


@dataclass(slots=True)
class _Server:
    """What is known of a server.

    Attributes:
        top: The highest index that it may have.
        snapshots: Its service's snapshots that do not count yet, by their last index and time.
        covered: The last index of the newest that counts; 0 for none.
    """

    top: int = 0
    snapshots: list[tuple[int, int]] = field(default_factory=list)
    covered: int = 0
    covered_ns: int = 0

    def uncovered(self, now_ns: int) -> int:
        """How many entries it may have behind the newest snapshot that counts."""
        while len(self.snapshots) > 1 and self.snapshots[0][1] <= now_ns - RESPITE_NS:
            self.covered, self.covered_ns = self.snapshots.pop(0)
        return max(0, self.top - self.covered)


class CompactionFrees:
    """Follows what servers save, and how much of their logs their services' snapshots cover."""

    needs = (View.APPEND,)

    def __init__(self) -> None:
        self._judging = False
        self._servers: dict[int, _Server] = {}
        self._calls = Calls()
        self._least_bytes = 0
        self._entry_bytes = 0.0
        self._learned_command = 1
        self._longest_command = 1
        self._on: dict[type[Event], Callable[[Any], None]] = {
            TestBegan: self._on_began,
            RpcSent: self._on_sent,
            RpcDelivered: self._on_delivered,
            RpcAnswered: self._on_ended,
            RpcFailed: self._on_ended,
            Started: self._on_started,
            Applied: self._on_applied,
            SnapshotTaken: self._on_snapshot,
            SnapshotApplied: self._on_snapshot,
            Persisted: self._on_persisted,
        }
        self.reads = tuple(self._on)

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if self._judging or type(event) is TestBegan:
            self._on[type(event)](event)

    def judge_held(self, server: int, entries: int, now_ns: int) -> None:
        """Judge how many entries a server can still reach.

        Raises:
            CaseFailed: Far more than its log may hold.
        """
        known = self._servers.get(server)
        if not self._judging or known is None:
            return
        uncovered = known.uncovered(now_ns)
        if known.covered and entries > ENTRIES_FACTOR * (uncovered + SPARE_ENTRIES):
            raise _kept(server, entries, known, uncovered)

    # -- events ------------------------------------------------------------------

    def _on_began(self, event: TestBegan) -> None:
        self._judging = event.service != "plain"
        self._servers = {server: _Server() for server in range(event.servers)}

    def _on_sent(self, event: RpcSent) -> None:
        kind = kind_of(event.method)
        if kind is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is None:
                self._judging = False
            elif append.terms:
                self._calls.sent(event, append.last_index)
        elif kind is Kind.INSTALL_SNAPSHOT:
            self._calls.sent(event, number(event.args, "included_index"))

    def _on_delivered(self, event: RpcDelivered) -> None:
        last_index = self._calls.request(event.call)
        if last_index is not None:
            self._reaches(event.target, last_index)

    def _on_ended(self, event: RpcAnswered | RpcFailed) -> None:
        self._calls.done(event.call)

    def _on_started(self, event: Started) -> None:
        if event.accepted:
            self._longest_command = max(self._longest_command, _size(event.command))
            self._reaches(event.server, event.index)

    def _on_applied(self, event: Applied) -> None:
        self._reaches(event.server, event.index)

    def _on_snapshot(self, event: SnapshotTaken | SnapshotApplied) -> None:
        self._reaches(event.server, event.index)
        self._servers[event.server].snapshots.append((event.index, event.at_ns))

    def _reaches(self, server: int, index: int) -> None:
        known = self._servers[server]
        known.top = max(known.top, index)

    # -- sizes -------------------------------------------------------------------

    def _on_persisted(self, event: Persisted) -> None:
        server = self._servers[event.server]
        if not server.snapshots and not server.covered:
            self._learn(event, server)
            return
        uncovered = server.uncovered(event.at_ns)
        if server.covered and event.state_bytes > self._allowed(uncovered):
            raise _grows(event, server, uncovered, self._allowed(uncovered))

    def _learn(self, event: Persisted, server: _Server) -> None:
        """What entries cost this implementation, by a state in which the whole log is."""
        if not self._least_bytes:
            self._least_bytes = event.state_bytes
        self._least_bytes = min(self._least_bytes, event.state_bytes)
        if server.top:
            cost = (event.state_bytes - self._least_bytes) / server.top
            if cost > self._entry_bytes:
                self._entry_bytes, self._learned_command = cost, self._longest_command

    def _allowed(self, entries: int) -> int:
        """Bytes that a state with so many entries may have."""
        scale = max(1.0, self._longest_command / self._learned_command)
        each = self._entry_bytes * scale or UNKNOWN_ENTRY_BYTES + 4 * self._longest_command
        return int(self._least_bytes + SPARE_BYTES + BYTES_FACTOR * each * (entries + SPARE_ENTRIES))


def _size(command: Any) -> int:
    return len(command) if isinstance(command, str | bytes) else len(repr(command))


def _grows(event: Persisted, server: _Server, uncovered: int, allowed: int) -> Exception:
    return breach(
        "SavedStateGrows",
        f"server {event.server} saves {event.state_bytes:,} bytes for at most {uncovered} entries behind its snapshot",
        expected=f"state in proportion to these entries, {allowed:,} bytes at most by what entries cost before: what a "
        "snapshot covers is dropped (Raft §7)",
        observed=f"its service handed it a snapshot up to index {server.covered} at {at(server.covered_ns)}; at "
        f"{at(event)} it saved {event.state_bytes:,} bytes, and its log ends at index {server.top} at most",
        advice="snapshot() must cut the log up to its index, and save the shorter log",
    )


def _kept(server: int, entries: int, known: _Server, uncovered: int) -> Exception:
    return breach(
        "EntriesKept",
        f"server {server} can still reach {entries:,} log entries, and has at most {uncovered} behind its snapshot",
        expected="discarded entries are garbage: no reachable reference to them (the lab's page, 2D; Raft §7)",
        observed=f"its service handed it a snapshot up to index {known.covered} at {at(known.covered_ns)}; after "
        f"kill() and the end of all calls, its objects lead to {entries:,} entries",
        advice="what refers to them: an older log, a list of what was sent or applied, a view of a list that was cut?",
    )
