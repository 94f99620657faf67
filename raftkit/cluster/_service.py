"""The service above each server: it takes what is applied, and in 2D makes snapshots.

One task a server instance reads the apply channel. Because it calls ``snapshot`` itself, it takes no
further message until that call has returned, just as in the lab: an implementation that holds a lock
over ``apply_ch.put`` which its ``snapshot`` needs stands still here.
"""

from collections import deque
from typing import TYPE_CHECKING, Any

import msgspec

from raftkit.errors import CaseFailed
from raftkit.model import Failure
from raftkit.sim import Task
from raftkit.trace import Applied, Restored, SnapshotApplied, SnapshotTaken
from raftkit.worlds import ApplyMessage, TakeApply

if TYPE_CHECKING:
    from raftkit.cluster._cluster import Cluster

SNAPSHOT_EVERY = 10
STAGGER = 3
"""Indexes by which the snapshots of neighbours lie apart, where they do; it shares no factor with ten."""
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode
_decode_snapshot = msgspec.msgpack.Decoder(tuple[int, list[Any]]).decode


class _Reading:
    def __str__(self) -> str:
        return "an ApplyMsg"


_READING = _Reading()


class Service:
    """The state machine above one incarnation of a server.

    Attributes:
        last_applied: Highest index that it has taken; 0 at first.
    """

    def __init__(self, cluster: "Cluster", server: int, incarnation: int, *, snapshots: bool) -> None:
        self._cluster = cluster
        self._server = server
        self._incarnation = incarnation
        self._snapshots = snapshots
        self._offset = STAGGER * server if cluster.options.staggered else 0
        self._inbox: deque[ApplyMessage] = deque()
        self._log: list[Any] = [None]
        self.last_applied = 0
        self.task: Task = cluster.kernel.spawn(self._read, name=f"service of S{server}")

    @property
    def commands(self) -> list[Any]:
        """All that it has taken, from index 1 on."""
        return self._log[1:]

    def offer(self, message: ApplyMessage) -> None:
        """The server wants to hand over a message."""
        self._inbox.append(message)
        if self.task.waits_for is _READING:
            self._cluster.kernel.wake(self.task)

    def restore(self, snapshot: bytes) -> None:
        """Start from the snapshot that the server has saved."""
        if not snapshot:
            return
        index, commands = self._open(snapshot)
        self._log = commands
        self.last_applied = index
        self._cluster.remember(self._server, commands)
        self._cluster.service_began(self._server, self.commands)
        self._cluster.trace.emit(Restored(self._cluster.now_ns, self._server, self._incarnation, index))

    def stop(self) -> None:
        """The server is gone."""
        self._cluster.kernel.kill(self.task)

    def _read(self) -> None:
        while True:
            if not self._inbox:
                self._cluster.kernel.park(_READING)
                continue
            message = self._inbox.popleft()
            self._cluster.world.send(TakeApply(self._server))
            if message.command is not None:
                self._apply(message.index, _command(message.command))
            elif message.snapshot is not None:
                self._install(message.index, message.term, message.snapshot)

    def _apply(self, index: int, command: Any) -> None:
        cluster = self._cluster
        cluster.trace.emit(Applied(cluster.now_ns, self._server, self._incarnation, index, command))
        cluster.record(self._server, self._incarnation, index, command, self.last_applied)
        self.last_applied = index
        self._log.append(command)
        cluster.service_took(self._server, command)
        if self._snapshots and (index + 1 + self._offset) % SNAPSHOT_EVERY == 0:
            snapshot = _encode((index, self._log))
            cluster.trace.emit(SnapshotTaken(cluster.now_ns, self._server, index, len(snapshot)))
            cluster.snapshot(self._server, index, snapshot)

    def _install(self, index: int, term: int, snapshot: bytes) -> None:
        if index == 0 and not snapshot:
            return  # some implementations hand over an empty snapshot when they start
        cluster = self._cluster
        cluster.trace.emit(
            SnapshotApplied(cluster.now_ns, self._server, self._incarnation, index, term, len(snapshot))
        )
        if not self._snapshots:
            return
        inside, commands = self._open(snapshot)
        if inside != index:
            raise CaseFailed(
                Failure(
                    kind="SnapshotMismatch",
                    summary=f"server {self._server} handed over a snapshot with the wrong index",
                    expected=f"snapshot_index={inside}, the last index inside the snapshot's bytes",
                    observed=f"snapshot_index={index}",
                    advice="keep the snapshot's bytes and its last included index together, also over a restart",
                )
            )
        if index < self.last_applied:
            raise CaseFailed(
                Failure(
                    kind="SnapshotWentBack",
                    summary=f"a snapshot took the service of server {self._server} back in time",
                    expected=f"snapshots only advance the service, which stood at index {self.last_applied} (Raft §7)",
                    observed=f"a snapshot that ends at index {index}",
                    advice="ignore a snapshot that ends at or before last_applied",
                )
            )
        self._log = commands
        self.last_applied = index
        cluster.remember(self._server, commands)
        cluster.service_began(self._server, self.commands)

    def _open(self, snapshot: bytes) -> tuple[int, list[Any]]:
        try:
            index, commands = _decode_snapshot(snapshot)
        except (msgspec.DecodeError, UnicodeDecodeError):
            index, commands = 0, []
        if index != len(commands) - 1:
            raise CaseFailed(
                Failure(
                    kind="SnapshotCorrupt",
                    summary=f"server {self._server} handed back a snapshot that the service never made",
                    expected="the bytes that were given to snapshot(index, snapshot), unchanged",
                    observed=f"{len(snapshot)} other bytes",
                    advice="store and send the snapshot as opaque bytes",
                )
            )
        return index, commands


def _command(data: bytes) -> Any:
    try:
        return _decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return data
