"""A world without any code in it: servers whose answers a test writes down."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import msgspec

from raftkit.sim import NEVER
from raftkit.worlds import (
    Answer,
    ApplyMessage,
    CreateServer,
    GetState,
    Idle,
    KillServer,
    Persisted,
    Snapshot,
    Start,
    StuckThread,
    TakeApply,
    ToWorld,
)

encode = msgspec.msgpack.encode


@dataclass
class FakeServer:
    """What a server says: set the fields, or queue outputs with ``FakeWorld.say``."""

    incarnation: int
    state: bytes
    snapshot: bytes
    term: int = 1
    leads: bool = False
    last_index: int = 0
    silent: bool = False
    snapshots: list[int] = field(default_factory=list)


class FakeWorld:
    """Answers at once, and never raises.

    ``on_apply`` is called with every command that a server applies by ``apply``; ``on_start`` may replace what happens when a command is offered to a server that leads.
    """

    def __init__(self) -> None:
        self.servers: dict[int, FakeServer] = {}
        self.created: list[CreateServer] = []
        self.killed: list[int] = []
        self.taken: list[int] = []
        self.now_ns = 0
        self.outputs: list[Any] = []
        self.on_apply: Callable[[Any], None] = lambda command: None
        self.on_start: Callable[[int, Any], None] = lambda server, command: None
        self.slow_constructors = False
        self._under_way: list[Answer] = []
        self._inbox: list[ToWorld] = []

    def finish_constructors(self) -> None:
        self.outputs += self._under_way
        self._under_way = []

    def send(self, message: ToWorld) -> None:
        self._inbox.append(message)

    def say(self, output: Any) -> None:
        self.outputs.append(output)

    def apply(self, server: int, index: int, command: Any) -> None:
        self.on_apply(command)
        self.say(ApplyMessage(server, self.servers[server].incarnation, index, encode(command)))

    def save(self, server: int, state: bytes, snapshot: bytes | None = None) -> None:
        self.say(Persisted(server, self.servers[server].incarnation, state, snapshot))

    def run_until(self, at_ns: int) -> Idle:
        inbox, self._inbox = self._inbox, []
        for message in inbox:
            self._take(message)
        if not self.outputs:
            self.now_ns = max(self.now_ns, at_ns)
        outputs, self.outputs = self.outputs, []
        return Idle(self.now_ns, outputs, self.now_ns if outputs else NEVER)

    def threads(self) -> list[StuckThread]:
        return []

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        return []

    def close(self) -> None:
        pass

    def _take(self, message: ToWorld) -> None:
        match message:
            case CreateServer():
                self.created.append(message)
                self.servers[message.server] = FakeServer(
                    message.incarnation, message.state, message.snapshot
                )
                self._under_way.append(Answer(message.call, message.server, encode(None)))
                if not self.slow_constructors:
                    self.finish_constructors()
            case KillServer():
                self.killed.append(message.server)
            case GetState():
                server = self.servers[message.server]
                if not server.silent:
                    self.say(Answer(message.call, message.server, encode([server.term, server.leads])))
            case Start():
                self._start(message)
            case Snapshot():
                self.servers[message.server].snapshots.append(message.index)
                self.say(Answer(message.call, message.server, encode(None)))
            case TakeApply():
                self.taken.append(message.server)

    def _start(self, message: Start) -> None:
        server = self.servers[message.server]
        if server.leads:
            server.last_index += 1
        index = server.last_index if server.leads else -1
        self.say(Answer(message.call, message.server, encode([index, server.term, server.leads])))
        if server.leads:
            self.on_start(message.server, msgspec.msgpack.decode(message.command))
