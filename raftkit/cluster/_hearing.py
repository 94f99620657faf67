"""What the world says: each kind of output is taken here, and goes on to the network, a service or the trace.

Of an incarnation that has ended nothing is heard any more, but that its code broke.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from raftkit.cluster._member import Asked, Member
from raftkit.cluster._points import Point
from raftkit.errors import CaseFailed
from raftkit.model import Failure, Verdict
from raftkit.net import Names
from raftkit.trace import LockOverCall, Logged, Persisted, Raised, SaveFailed
from raftkit.worlds import (
    Answer,
    ApplyMessage,
    LockHeld,
    LogLine,
    NamesGiven,
    RpcReply,
    RpcRequest,
    ServerRaised,
)
from raftkit.worlds import Persisted as SavedByWorld
from raftkit.worlds import SaveFailed as RefusedByDisk

if TYPE_CHECKING:
    from raftkit.cluster._cluster import Cluster

MAX_LOG_BYTES = 20_000_000
"""What a test's servers may log or print together before the rest is left out."""
_decode_fields = msgspec.msgpack.Decoder(dict[str, Any]).decode


class Hearing:
    """Takes all that a cluster's world says.

    Args:
        cluster: Whose world.
        members: Its servers.
        asked: Its questions that have no answer yet, by the call's number.

    Attributes:
        takers: Who takes which kind of output.
    """

    def __init__(self, cluster: "Cluster", members: list[Member], asked: dict[int, Asked]) -> None:
        self._cluster = cluster
        self._members = members
        self._asked = asked
        self._network = cluster.network
        self._trace = cluster.trace
        self._points = cluster.points
        self._logged_bytes = 0
        self.takers: dict[type, Callable[[Any], None]] = {
            NamesGiven: self._on_names,
            RpcRequest: self._on_request,
            RpcReply: self._on_reply,
            ApplyMessage: self._on_apply,
            SavedByWorld: self._on_saved,
            RefusedByDisk: self._on_save_failed,
            LogLine: self._on_log,
            LockHeld: self._on_lock_held,
            Answer: self._on_answer,
            ServerRaised: self._on_raised,
        }

    def _on_names(self, output: NamesGiven) -> None:
        self._network.names = self._network.names or Names(output.names)

    def _on_request(self, output: RpcRequest) -> None:
        if self._members[output.source].is_current(output.incarnation):
            self._network.request(
                output.call, output.source, output.target, output.method, output.args, output.view
            )

    def _on_reply(self, output: RpcReply) -> None:
        if self._points:
            self._reached(output, Point.REPLYING)
        if self._members[output.server].is_current(output.incarnation):
            self._network.reply(output.call, output.incarnation, output.reply, output.view)

    def _on_apply(self, output: ApplyMessage) -> None:
        if self._points:
            self._reached(output, Point.APPLYING)
        member = self._members[output.server]
        if member.service is not None and member.is_current(output.incarnation):
            member.service.offer(output)

    def _on_saved(self, output: SavedByWorld) -> None:
        if self._points:
            self._reached(output, Point.SAVING)
        member = self._members[output.server]
        if not member.is_current(output.incarnation):
            return
        member.state = output.state
        size = None
        if output.snapshot is not None:
            member.snapshot = output.snapshot
            size = len(output.snapshot)
        self._trace.emit(Persisted(self._cluster.now_ns, output.server, len(output.state), size))
        if self._points:
            self._reached(output, Point.SAVED)

    def _on_save_failed(self, output: RefusedByDisk) -> None:
        member = self._members[output.server]
        if member.is_current(output.incarnation):
            member.disk_failed = True
            self._trace.emit(SaveFailed(self._cluster.now_ns, output.server))
            self._points.reached(output.server, Point.FAILED)

    def _reached(self, output: RpcReply | ApplyMessage | SavedByWorld, point: Point) -> None:
        """Tell who waits for it; the server may be gone afterwards, and with it all that it still says."""
        if self._members[output.server].is_current(output.incarnation):
            self._points.reached(output.server, point)

    def _on_log(self, output: LogLine) -> None:
        is_current = self._members[output.server].is_current(output.incarnation)
        if not is_current or self._logged_bytes > MAX_LOG_BYTES:
            return
        self._logged_bytes += len(output.text) + len(output.fields)
        if self._logged_bytes > MAX_LOG_BYTES:
            self._cluster.warn(
                f"the servers log more than {MAX_LOG_BYTES // 1_000_000} MB: the rest is left out"
            )
            return
        try:
            fields = _decode_fields(output.fields)
        except (msgspec.MsgspecError, UnicodeDecodeError):
            fields = {}
        self._trace.emit(Logged(self._cluster.now_ns, output.server, output.topic, output.text, fields))

    def _on_lock_held(self, output: LockHeld) -> None:
        if self._members[output.server].is_current(output.incarnation):
            self._trace.emit(
                LockOverCall(
                    self._cluster.now_ns,
                    output.server,
                    output.lock,
                    output.holder,
                    output.over,
                    output.waiter,
                    output.waited_ns,
                    output.holder_stack,
                    output.waiter_stack,
                )
            )

    def _on_answer(self, output: Answer) -> None:
        asked = self._asked.get(output.call)
        if asked is not None and asked.server == output.server:
            self._cluster.kernel.wake(asked.task, output.value)

    def _on_raised(self, output: ServerRaised) -> None:
        if output.by_disk and self._members[output.server].disk_failed:
            self._on_lost_disk(output)
            return
        self._trace.emit(Raised(self._cluster.now_ns, output.server, output.kind, output.summary))
        raise CaseFailed(
            Failure(
                kind=output.kind,
                summary=output.summary,
                expected=output.expected,
                observed=output.observed or (output.place and f"{output.kind} in {output.place}"),
                advice=output.advice,
                details=output.details,
            ),
            Verdict(output.verdict),
        )

    def _on_lost_disk(self, output: ServerRaised) -> None:
        """A process that cannot save may end: that is a crash, and nobody's fault."""
        if self._members[output.server].is_current(output.incarnation):
            self._trace.emit(
                Logged(self._cluster.now_ns, output.server, "ERRO", f"goes down: {output.summary}", {})
            )
            self._cluster.crash(output.server)
