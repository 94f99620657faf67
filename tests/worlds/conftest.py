"""A world that is driven by hand, message by message."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from raftkit.contract import locate
from raftkit.model import Instrumentation
from raftkit.worlds import (
    Answer,
    CreateServer,
    DeliverReply,
    DeliverRequest,
    GetState,
    KillServer,
    RpcReply,
    RpcRequest,
    ServerRaised,
    Start,
)
from raftkit.worlds.local import LocalWorld

FAR_NS = 1 << 50
SECOND_NS = 1_000_000_000

SHAPE = """
import threading, time
from raftkit.contract import *
class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        self.peers, self.me, self.persister, self.apply_ch = peers, me, persister, apply_ch
        self.lock = threading.Lock()
        self.begin()
    def begin(self): pass
    def start(self, command): return 1, 2, True
    def get_state(self): return 2, False
    def kill(self): pass
    def snapshot(self, index, snapshot): pass
"""
"""The beginning of every implementation here; a test goes on inside the class."""


class Hand:
    """Sends messages into a world and takes what comes out."""

    def __init__(
        self, path: Path, seed: str = "7", instrument: Instrumentation = Instrumentation.BUDGET
    ) -> None:
        self.world = LocalWorld(locate(str(path)), seed, instrument=instrument)
        self.said: list[Any] = []
        self._call = 1_000
        self._incarnation = 0

    @property
    def now_ns(self) -> int:
        return self.world.kernel.now_ns

    def run(self, to_ns: int | None = None, *, for_ns: int = SECOND_NS) -> list[Any]:
        """Run up to a moment; everything that was said on the way."""
        end_ns = self.now_ns + for_ns if to_ns is None else to_ns
        said = []
        while True:
            idle = self.world.run_until(end_ns)
            said += idle.outputs
            if not idle.outputs:
                self.said += said
                return said

    def call(self) -> int:
        self._call += 1
        return self._call

    def create(
        self, server: int = 0, servers: int = 3, state: bytes = b"", snapshot: bytes = b""
    ) -> list[Any]:
        self._incarnation += 1
        message = CreateServer(self.call(), server, self._incarnation, servers, state, snapshot)
        self.world.send(message)
        return self.run(for_ns=1_000_000)

    def ask(self, message: Any, for_ns: int = SECOND_NS) -> Any:
        """Send a question; its answer's value, or what came instead."""
        self.world.send(message)
        said = self.run(for_ns=for_ns)
        for output in said:
            if isinstance(output, Answer) and output.call == message.call:
                return msgspec.msgpack.decode(output.value)
        return [output for output in said if isinstance(output, ServerRaised)]

    def start(self, command: Any = "x", server: int = 0, **options: Any) -> Any:
        return self.ask(Start(self.call(), server, msgspec.msgpack.encode(command)), **options)

    def get_state(self, server: int = 0, **options: Any) -> Any:
        return self.ask(GetState(self.call(), server), **options)

    def kill(self, server: int = 0) -> list[Any]:
        self.world.send(KillServer(server))
        return self.run(for_ns=0)

    def request(self, output: RpcRequest) -> list[Any]:
        """Carry a request to its target, as a network would."""
        self.world.send(DeliverRequest(output.call, output.source, output.target, output.method, output.args))
        return self.run(for_ns=SECOND_NS)

    def reply(self, call: int, reply: bytes | None) -> list[Any]:
        self.world.send(DeliverReply(call, reply))
        return self.run(for_ns=SECOND_NS)

    def carry(self, said: list[Any]) -> list[Any]:
        """Carry all requests to their targets and all replies back, until nothing is under way."""
        seen = list(said)
        todo = list(said)
        while todo:
            output = todo.pop(0)
            new: list[Any] = []
            if isinstance(output, RpcRequest):
                new = self.request(output)
            elif isinstance(output, RpcReply):
                new = self.reply(output.call, output.reply)
            seen += new
            todo += new
        return seen

    def raised(self) -> list[ServerRaised]:
        return [output for output in self.said if isinstance(output, ServerRaised)]


@pytest.fixture
def hand(tmp_path: Path) -> Iterator[Callable[..., Hand]]:
    """``hand(methods)``: a world for an implementation with these methods, ``before`` standing above its class."""
    hands: list[Hand] = []

    def make(
        methods: str = "",
        *,
        before: str = "",
        seed: str = "7",
        name: str = "raft.py",
        instrument: Instrumentation = Instrumentation.BUDGET,
    ) -> Hand:
        path = tmp_path / name
        body = textwrap.indent(textwrap.dedent(methods), "    ")
        path.write_text(textwrap.dedent(before) + SHAPE + body)
        hands.append(Hand(path, seed, instrument))
        return hands[-1]

    yield make
    for made in hands:
        made.world.close()
