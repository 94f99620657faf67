"""The boundary between the harness and a world, as types.

The harness holds the clock. It sends messages, then lets the world run until the next moment it
knows of; the world stops earlier, at the exact moment, when it has something to say. Bytes that come
from a world are opaque: the harness counts and carries them, and never unpickles them. Commands and
decoded views are MessagePack, which is data and nothing else.

A server has *incarnations*: each start makes a new one, and what an old one still says is ignored by
the harness because its number is out of date.
"""

from typing import Any, Protocol

import msgspec

from raftkit.sim import NEVER


class _Message(msgspec.Struct, frozen=True, tag=True, gc=False):
    pass


# -- harness to world --------------------------------------------------------


class CreateServer(_Message, frozen=True, gc=False):
    """Load the implementation afresh and construct server ``server`` of ``servers``.

    Answered with value None when the constructor has returned. Its clocks are as by ``SetClock``.
    """

    call: int
    server: int
    incarnation: int
    servers: int
    state: bytes
    snapshot: bytes
    ahead_ns: int = 0
    drift_ppm: int = 0


class KillServer(_Message, frozen=True, gc=False):
    """Cut the server off, tell it (``kill()``), and end its threads wherever they stand."""

    server: int


class FreezeServer(_Message, frozen=True, gc=False):
    """Let none of the server's threads run, as a stopped process; its clock moves on, and messages to it wait."""

    server: int


class ThawServer(_Message, frozen=True, gc=False):
    """Let the server go on. What fell due meanwhile is due now. KillServer does not need it."""

    server: int


class SetClock(_Message, frozen=True, gc=False):
    """Set the server's clocks wrong, or right again.

    The clock on its wall is ``ahead_ns`` ahead of the true time from now on; it jumps. That one and its monotonic
    clock gain ``drift_ppm`` microseconds a second, or lose them, and so does all that waits by a clock.
    """

    server: int
    ahead_ns: int
    drift_ppm: int


class FailSave(_Message, frozen=True, gc=False):
    """Let a save of the server raise OSError, after ``after`` others that go well; none does when it is below 0.

    Nothing of that save is kept. Told by SaveFailed; another FailSave, or a new incarnation, takes its place.
    """

    server: int
    after: int


class Start(_Message, frozen=True, gc=False):
    """Offer a command (MessagePack). Answered with ``[index, term, is_leader]``."""

    call: int
    server: int
    command: bytes


class GetState(_Message, frozen=True, gc=False):
    """Answered with ``[term, is_leader]``."""

    call: int
    server: int


class Snapshot(_Message, frozen=True, gc=False):
    """The service has a snapshot up to ``index``. Answered with None."""

    call: int
    server: int
    index: int
    snapshot: bytes


class DeliverRequest(_Message, frozen=True, gc=False):
    """Run the handler ``method`` of server ``target``; it answers with an RpcReply of this ``call``."""

    call: int
    source: int
    target: int
    method: str
    args: bytes


class DeliverReply(_Message, frozen=True, gc=False):
    """The reply to the RpcRequest ``call``; None when the call failed."""

    call: int
    reply: bytes | None


class TakeApply(_Message, frozen=True, gc=False):
    """The service has taken this server's oldest pending ApplyMessage: its ``put`` may return."""

    server: int


# -- world to harness --------------------------------------------------------


class NamesGiven(_Message, frozen=True, gc=False):
    """What the paper calls the methods and fields of a server's messages, by the names that it has for them."""

    server: int
    incarnation: int
    names: dict[str, str]


class RpcRequest(_Message, frozen=True, gc=False):
    """Server ``source`` calls ``method`` of server ``target``. ``view`` (MessagePack) is for people;
    empty when ``args`` are MessagePack themselves."""

    call: int
    source: int
    incarnation: int
    target: int
    method: str
    args: bytes
    view: bytes


class RpcReply(_Message, frozen=True, gc=False):
    """The handler of ``call`` has returned."""

    call: int
    server: int
    incarnation: int
    reply: bytes
    view: bytes


class ApplyMessage(_Message, frozen=True, gc=False):
    """A server hands a message to its service, and waits for TakeApply.

    A command (``index`` and ``command``, MessagePack) or a snapshot (``index``, ``term``, ``snapshot``).
    """

    server: int
    incarnation: int
    index: int
    command: bytes | None = None
    snapshot: bytes | None = None
    term: int = 0


class Persisted(_Message, frozen=True, gc=False):
    """A server has saved its state; ``snapshot`` is None when the saved snapshot stays as it is."""

    server: int
    incarnation: int
    state: bytes
    snapshot: bytes | None


class SaveFailed(_Message, frozen=True, gc=False):
    """A save was refused, as FailSave wanted it; the server has got an OSError."""

    server: int
    incarnation: int


class LogLine(_Message, frozen=True, gc=False):
    """What a server logged or printed. ``fields`` is a MessagePack map."""

    server: int
    incarnation: int
    topic: str
    text: str
    fields: bytes = b"\x80"


class LockHeld(_Message, frozen=True, gc=False):
    """A thread has held a lock over a call, for which another thread has waited for ``waited_ns`` meanwhile.

    ``lock`` says what it is and where it was taken, ``over`` what the holder waited for.
    """

    server: int
    incarnation: int
    lock: str
    holder: str
    over: str
    waiter: str
    waited_ns: int
    holder_stack: str
    waiter_stack: str


class Answer(_Message, frozen=True, gc=False):
    """The answer to a Start, GetState, Snapshot or CreateServer: a MessagePack value."""

    call: int
    server: int
    value: bytes


class ServerRaised(_Message, frozen=True, gc=False):
    """A server broke: it raised, it spun, or it answered out of shape. Ends the test.

    ``verdict`` is a Verdict value (crashed, busy, deadlocked, failed); ``place`` says where (constructor, a
    handler, thread Thread-3); ``details`` holds the traceback or the threads' stacks. ``observed`` says what was
    seen where that is more than kind and place. ``by_disk``: it raised over a save that was made to fail, as a process
    may that has lost its disk.
    """

    server: int
    incarnation: int
    verdict: str
    kind: str
    summary: str
    place: str
    details: str
    expected: str = ""
    advice: str = ""
    observed: str = ""
    by_disk: bool = False


ToWorld = (
    CreateServer
    | KillServer
    | FreezeServer
    | ThawServer
    | SetClock
    | FailSave
    | Start
    | GetState
    | Snapshot
    | DeliverRequest
    | DeliverReply
    | TakeApply
)
ToHarness = (
    NamesGiven
    | RpcRequest
    | RpcReply
    | ApplyMessage
    | Persisted
    | SaveFailed
    | LogLine
    | LockHeld
    | Answer
    | ServerRaised
)


class Idle(msgspec.Struct, frozen=True, gc=False):
    """The world has stopped at ``now_ns``: it has output, or has reached the moment it was given.

    Without a message it does nothing before ``next_ns``; ``NEVER`` is never.
    """

    now_ns: int
    outputs: list[Any]
    next_ns: int

    @property
    def quiet(self) -> bool:
        """Whether nothing in the world can ever run again without a message."""
        return self.next_ns == NEVER


class StuckThread(msgspec.Struct, frozen=True, gc=False):
    """A thread that waits for something that will not come, or the owner of what it waits for.

    ``asked_ns`` is when the harness asked for what it does (a handler, ``start``); -1 for the
    implementation's own threads. One that ``has_ended`` waits for nothing any more.
    """

    server: int
    name: str
    waits_for: str
    stack: str
    asked_ns: int = -1
    has_ended: bool = False


class Remains(msgspec.Struct, frozen=True, gc=False):
    """What is left of a server after its end: threads that run on, and how many log entries it can still reach.

    ``entries`` is -1 where none of its objects looks like one, or nobody has asked.
    """

    server: int
    threads: list[StuckThread]
    entries: int


class World(Protocol):
    """One run of one implementation's servers."""

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when the world next runs."""
        ...

    def run_until(self, at_ns: int) -> Idle:
        """Run up to ``at_ns`` (virtual nanoseconds), or to the first output, whichever is earlier."""
        ...

    def threads(self) -> list[StuckThread]:
        """Every thread of every live server, what it waits for, and its stack; those that ended themselves too."""
        ...

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Threads that wait for each other and can never go on; empty when there are none.

        ``certain``: only what no later event can resolve. Otherwise also locks that some other thread
        might still release, though nothing says that it will.
        """
        ...

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """At a moment, tell every live server its end, let time pass without harness, and say what is left of them.

        Entries are counted where ``holdings`` says so. It is of no use afterwards but to be closed.
        """
        ...

    def close(self) -> None:
        """End everything; the world is of no use afterwards."""
        ...

    def progress(self) -> int:
        """A number that changes while the world moves; cheap, and for any thread to ask."""
        ...

    @property
    def cpu_seconds(self) -> float:
        """Processor time beyond this process's own, once the world is closed."""
        ...
