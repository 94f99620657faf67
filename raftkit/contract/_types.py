"""What an implementation is given, and what it must offer: the lab's names, in Python.

The course page's ``Make(peers, me, persister, applyCh)`` is the constructor; ``Start``,
``GetState``, ``Snapshot`` and ``Kill`` are ``start``, ``get_state``, ``snapshot`` and ``kill``.
Write it in the ordinary blocking style, with ``threading``, ``time``, ``queue`` and ``random``: the
harness puts its own clock, chance and threads beneath them.

Rules an implementation lives by:

* Servers talk through ``peers`` only. Arguments and replies are copied by value.
* What must survive a crash goes through the persister. Nothing else survives.
* ``start``, ``get_state`` and ``snapshot`` return without waiting for other servers.
* Every committed entry goes to ``apply_ch``, once, in order of index, on every server.
* ``apply_ch.put`` blocks until the service has taken the message, and the service may call
  ``snapshot`` before it takes the next one: never hold a lock over ``put`` that ``snapshot`` needs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(slots=True)
class ApplyMsg:
    """One message to the service: a committed command, or a snapshot that replaces its state.

    Exactly one of ``command_valid`` and ``snapshot_valid`` is true.
    """

    command_valid: bool = False
    command: Any = None
    command_index: int = 0
    snapshot_valid: bool = False
    snapshot: bytes = b""
    snapshot_term: int = 0
    snapshot_index: int = 0


class Peer(Protocol):
    """The end of a link to one server; ``peers[me]`` leads to oneself."""

    def call(self, method: str, args: Any) -> Any:
        """Call a handler of that server and wait for its reply.

        Returns None when the request or the reply was lost, or the server is down or cut off: that
        may take up to seven seconds, so call from a thread of its own and hold no lock meanwhile.
        """
        ...

    async def call_async(self, method: str, args: Any) -> Any:
        """The same, for asyncio style."""
        ...


class ApplyChannel(Protocol):
    """Where committed entries go. Unbuffered, like the lab's."""

    def put(self, message: ApplyMsg) -> None:
        """Hand a message to the service; return when it has been taken."""
        ...

    async def put_async(self, message: ApplyMsg) -> None:
        """The same, for asyncio style."""
        ...


class Persister(Protocol):
    """The only thing that survives a crash of this server."""

    def save_raft_state(self, state: bytes) -> None:
        """Replace the saved Raft state; the saved snapshot stays as it is."""
        ...

    def save_state_and_snapshot(self, state: bytes, snapshot: bytes) -> None:
        """Replace both, in one step that a crash cannot split."""
        ...

    def read_raft_state(self) -> bytes:
        """The saved Raft state; empty before the first save."""
        ...

    def read_snapshot(self) -> bytes:
        """The saved snapshot; empty before the first."""
        ...

    def raft_state_size(self) -> int:
        """Size of the saved Raft state in bytes."""
        ...

    def snapshot_size(self) -> int:
        """Size of the saved snapshot in bytes."""
        ...


class Raft(Protocol):
    """What the harness calls. Any other public method is an RPC handler and returns its reply."""

    def __init__(
        self, peers: Sequence[Peer], me: int, persister: Persister, apply_ch: ApplyChannel
    ) -> None: ...

    def start(self, command: Any) -> tuple[int, int, bool]:
        """Offer a command: the index it will have if it is ever committed, the current term, and
        whether this server believes that it leads. Returns at once."""
        ...

    def get_state(self) -> tuple[int, bool]:
        """The current term, and whether this server believes that it leads."""
        ...

    def kill(self) -> None:
        """The harness is done with this instance."""
        ...


class SnapshottingRaft(Raft, Protocol):
    """What 2D needs beside the rest."""

    def snapshot(self, index: int, snapshot: bytes) -> None:
        """The service has a snapshot of everything up to and including ``index``: drop that part of
        the log. Returns without waiting for other servers."""
        ...
