"""Everything that happens, as types. One event is one line of a trace.

``at_ns`` is virtual time. ``call`` ties the events of one RPC together.
"""

from typing import Any

import msgspec


class Event(msgspec.Struct, frozen=True, tag_field="event", gc=False):
    """The base of all events."""

    at_ns: int


def _tag(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


class TestBegan(Event, frozen=True, tag=_tag, omit_defaults=True):
    """The first event: all that was drawn or chosen for the run; without `deviations` every choice is the seed's."""

    __test__ = False
    schema_version: int
    test: str
    part: str
    seed: int
    servers: int
    network: str
    service: str
    deviations: int | None = None


class StepBegan(Event, frozen=True, tag=_tag):
    """The test goes on to a step."""

    step: str
    line: int
    text: str


class Warned(Event, frozen=True, tag=_tag):
    """Something that does not change the verdict."""

    text: str


class ServerCreated(Event, frozen=True, tag=_tag):
    """A server's constructor has returned."""

    server: int
    incarnation: int
    state_bytes: int
    snapshot_bytes: int


class ServerCrashed(Event, frozen=True, tag=_tag):
    """A server was taken down; what it saved is all that is left of it."""

    server: int
    incarnation: int


class Connected(Event, frozen=True, tag=_tag):
    """A server's links were enabled."""

    server: int


class Disconnected(Event, frozen=True, tag=_tag):
    """A server's links were cut; it runs on."""

    server: int


class NetworkChanged(Event, frozen=True, tag=_tag):
    """The weather changed."""

    unreliable: bool
    long_reordering: bool


class FaultBegan(Event, frozen=True, tag=_tag, omit_defaults=True):
    """A fault of a nemesis takes hold; ``line`` is the suite's, ``servers`` are whom it is about, ``links`` are cut."""

    fault: int
    kind: str
    text: str
    line: int
    servers: list[int]
    links: list[tuple[int, int]] = []


class FaultBit(Event, frozen=True, tag=_tag):
    """A fault has an effect, for the first time."""

    fault: int
    text: str


class FaultEnded(Event, frozen=True, tag=_tag):
    """A fault is over; ``bites`` counts its effects."""

    fault: int
    bites: int


class RpcSent(Event, frozen=True, tag=_tag):
    """A server calls a handler of another."""

    call: int
    source: int
    target: int
    method: str
    bytes: int
    args: Any


class RpcDelivered(Event, frozen=True, tag=_tag, omit_defaults=True):
    """The request, or a ``copy`` of it, has arrived; the handler starts."""

    call: int
    source: int
    target: int
    method: str
    copy: bool = False


class RpcReplied(Event, frozen=True, tag=_tag, omit_defaults=True):
    """The handler has returned; its reply is on its way, unless it answers a ``copy``."""

    call: int
    source: int
    target: int
    method: str
    bytes: int
    reply: Any
    copy: bool = False


class RpcDelayed(Event, frozen=True, tag=_tag, omit_defaults=True):
    """The reply is held back, and may be overtaken; the request, when ``held`` says so. ``why`` names the fault."""

    call: int
    until_ns: int
    held: str = "reply"
    why: str = ""


class RpcDuplicated(Event, frozen=True, tag=_tag):
    """A copy of the request will arrive at ``until_ns``, and its handler runs; its reply reaches nobody."""

    call: int
    source: int
    target: int
    method: str
    until_ns: int


class RpcDropped(Event, frozen=True, tag=_tag):
    """The network lost the request or the reply."""

    call: int
    source: int
    target: int
    method: str
    lost: str
    why: str


class RpcAnswered(Event, frozen=True, tag=_tag):
    """The caller has the reply."""

    call: int
    source: int
    target: int
    method: str


class RpcFailed(Event, frozen=True, tag=_tag):
    """The caller is told that the call failed."""

    call: int
    source: int
    target: int
    method: str
    why: str


class Persisted(Event, frozen=True, tag=_tag):
    """A server saved; ``snapshot_bytes`` is None when its snapshot stays as it is."""

    server: int
    state_bytes: int
    snapshot_bytes: int | None


class SaveFailed(Event, frozen=True, tag=_tag):
    """A server's disk has not taken a save, and the server was told; what it had saved before stays."""

    server: int


class Started(Event, frozen=True, tag=_tag):
    """A command was offered to a server."""

    server: int
    command: Any
    index: int
    term: int
    accepted: bool


class StateRead(Event, frozen=True, tag=_tag):
    """A server was asked for its state."""

    server: int
    term: int
    leader: bool


class Applied(Event, frozen=True, tag=_tag):
    """A server's service has taken a command."""

    server: int
    incarnation: int
    index: int
    command: Any


class SnapshotApplied(Event, frozen=True, tag=_tag):
    """A server's service has taken a snapshot in place of its state."""

    server: int
    incarnation: int
    index: int
    term: int
    bytes: int


class SnapshotTaken(Event, frozen=True, tag=_tag):
    """A server's service has made a snapshot and handed it to its Raft."""

    server: int
    index: int
    bytes: int


class Restored(Event, frozen=True, tag=_tag):
    """A restarted server's service has read its saved snapshot."""

    server: int
    incarnation: int
    index: int


class OperationCalled(Event, frozen=True, tag=_tag):
    """A client of a workload asks for something; ``operation`` counts all clients' calls."""

    client: int
    operation: int
    kind: str
    key: str
    value: str
    expected: str


class OperationReturned(Event, frozen=True, tag=_tag):
    """The client has its answer (``ok``), knows that it never happens (``fail``), or gives up (``info``)."""

    client: int
    operation: int
    outcome: str
    result: str | bool | list[str] | None


class Logged(Event, frozen=True, tag=_tag):
    """What an implementation logged or printed."""

    server: int
    topic: str
    text: str
    fields: dict[str, Any]


class LockOverCall(Event, frozen=True, tag=_tag):
    """A thread held a ``lock`` ``over`` a call that it waited for; another waited for the lock, for ``waited_ns``."""

    server: int
    lock: str
    holder: str
    over: str
    waiter: str
    waited_ns: int
    holder_stack: str
    waiter_stack: str


class Raised(Event, frozen=True, tag=_tag):
    """A server's own code broke."""

    server: int
    kind: str
    summary: str


class RanOn(Event, frozen=True, tag=_tag):
    """A thread runs on although its server was told its end; looked for when a test has passed."""

    server: int
    thread: str
    waits_for: str
    stack: str


class TestEnded(Event, frozen=True, tag=_tag):
    """The last event."""

    __test__ = False
    verdict: str
    reason: str


EVENTS: tuple[type[Event], ...] = tuple(
    value
    for value in vars().values()
    if isinstance(value, type) and issubclass(value, Event) and value is not Event
)
"""Every kind of event."""
