"""A network without servers: handlers answer as a test says."""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from raftkit.net import Call, Network
from raftkit.sim import Kernel
from raftkit.trace import Event, Trace


class Net:
    """A network of three servers that are up and connected; handlers answer as a test says."""

    def __init__(self, *, seed: int = 7, handler: Callable[["Net", Call], None] | None = None) -> None:
        def fail(task: Any, error: BaseException) -> None:
            raise error

        self.kernel = Kernel("net", on_error=fail)
        self.events: list[Event] = []
        self.answers: dict[int, tuple[int, bytes | None]] = {}
        self.delivered: dict[int, int] = {}
        trace = Trace()
        trace.subscribe(self.events.append)
        self.network = Network(
            self.kernel, 3, Random(seed), trace, deliver=self._deliver, answer=self._answer
        )
        for server in range(3):
            self.network.attach(server, 1)
            for other in range(3):
                self.network.enable(server, other)
        self._handler = handler or (lambda net, call: net.reply(call))
        self._number = 0

    def _deliver(self, call: Call) -> None:
        self.delivered[call.number] = self.kernel.now_ns
        self._handler(self, call)

    def _answer(self, call: Call, reply: bytes | None) -> None:
        assert call.number not in self.answers, "a call is answered once"
        self.answers[call.number] = (self.kernel.now_ns, reply)

    def reply(self, call: Call, data: bytes = b"reply", incarnation: int = 1) -> None:
        self.network.reply(call.wire, incarnation, data, b"\xc0")

    def send(
        self,
        source: int = 0,
        target: int = 1,
        args: bytes = b"args",
        *,
        method: str = "ping",
        shown: Any = None,
    ) -> int:
        self._number += 1
        self.network.request(self._number, source, target, method, args, msgspec.msgpack.encode(shown))
        return self._number

    def run(self, to_ns: int = 1 << 60) -> None:
        self.kernel.run_until(to_ns)

    def of(self, kind: type) -> list[Any]:
        return [event for event in self.events if type(event) is kind]
