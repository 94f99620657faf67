"""A simulated network, with the behaviour of the lab's labrpc.

A call goes over the link from its source to its target. What becomes of it is drawn from the
network's own random stream:

========================  =====================================================================
reliable                  the request and the reply take 50..500 microseconds each
steady                    the same, but all of them take 275 microseconds: none overtakes another
unreliable                the request first waits 0..26 ms; one in ten is then lost, and the caller
                          is told at once; one in ten replies is lost after the handler ran
long reordering           two of three replies are held for 200 ms and up to 2 s more
link cut, or target down  no delivery; the caller is told after 0..6999 ms
cut or crashed meanwhile  noticed every 100 ms, and when the handler returns: the call fails
========================  =====================================================================

A message in flight over a link that is cut before it arrives is lost, as if the cable had been pulled.
On top of that, *rules* may lose, delay and duplicate the messages that they are aimed at; see ``_rules``.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from raftkit.net._names import Names
from raftkit.net._rules import LEARNS_AFTER_MS, ORDINARY, Fate, Message, Rules
from raftkit.sim import Kernel
from raftkit.trace import (
    RpcAnswered,
    RpcDelayed,
    RpcDelivered,
    RpcDropped,
    RpcDuplicated,
    RpcFailed,
    RpcReplied,
    RpcSent,
    Trace,
    view,
)

MS = 1_000_000
SECOND_NS = 1_000_000_000
LATENCY_US = (50, 500)
"""A delivery that nothing delays, microseconds."""
STEADY_NS = 275_000
"""The same on a steady network, nanoseconds."""
UNRELIABLE_WAIT_MS = (0, 26)
LOSS = 0.1
"""Share of requests, and of replies, that an unreliable network loses."""
REORDER = 2 / 3
"""Share of replies that long reordering holds back."""
REORDER_MIN_MS = 200
REORDER_SPREAD_MS = 2_000
NOTICE_NS = 100 * MS
"""How often a call under way notices that its link is gone."""


@dataclass(slots=True)
class Call:
    """One RPC under way.

    Attributes:
        wire: The number by which the handler's world knows it: a copy of a request has one of its own.
        shown: The arguments as plain data.
        title: What the trace calls the method.
    """

    number: int
    source: int
    target: int
    incarnation: int
    method: str
    args: bytes
    wire: int
    shown: Any
    title: str
    dispatched_ns: int = -1

    @property
    def is_copy(self) -> bool:
        """Whether it only repeats another: nobody waits for its answer."""
        return self.wire != self.number


@dataclass(frozen=True, slots=True)
class Statistics:
    """Counters of a network so far.

    Attributes:
        rpcs: Calls sent, also on cut links.
        bytes: Argument bytes sent and reply bytes delivered.
    """

    rpcs: int
    bytes: int


class Network:
    """Links between the servers of one cluster.

    Args:
        kernel: The harness's kernel, whose timers carry the messages.
        servers: How many there are.
        random: The network's own stream.
        trace: Where its events go.
        deliver: Called when a request arrives: runs the handler.
        answer: Called with the reply's bytes, or None when the call failed.
    """

    def __init__(
        self,
        kernel: Kernel,
        servers: int,
        random: Random,
        trace: Trace,
        *,
        deliver: Callable[[Call], None],
        answer: Callable[[Call, bytes | None], None],
    ) -> None:
        self._kernel = kernel
        self._random = random
        self._trace = trace
        self._deliver = deliver
        self._answer = answer
        self._enabled = [[False] * servers for _ in range(servers)]
        self._up: list[int | None] = [None] * servers  # incarnation of each server that is on the network
        self._calls: dict[int, Call] = {}
        self._received = [0] * servers
        self._rpcs = 0
        self._bytes = 0
        self._copies = 0
        self.rules = Rules()
        self.names: Names | None = None
        self.unreliable = False
        self.steady = False
        self.long_reordering = False

    # -- links and servers ---------------------------------------------------

    def attach(self, server: int, incarnation: int) -> None:
        """Put a server on the network; its links stay as they are. Its own counter starts again."""
        self._up[server] = incarnation
        self._received[server] = 0

    def detach(self, server: int) -> None:
        """Take a server off the network."""
        self._up[server] = None
        self._notice(server)

    def enable(self, source: int, target: int) -> None:
        """Let calls from source to target pass."""
        self._enabled[source][target] = True

    def disable(self, server: int) -> None:
        """Cut every link from and to a server."""
        for other in range(len(self._up)):
            self._enabled[server][other] = self._enabled[other][server] = False
        self._notice(server)

    def statistics(self) -> Statistics:
        """The counters now."""
        return Statistics(self._rpcs, self._bytes)

    def received(self, server: int) -> int:
        """Requests dispatched to a server since it was last started."""
        return self._received[server]

    def in_flight(self) -> list[tuple[Call, str]]:
        """Calls that have not ended, and where each is. Slow: for people."""
        running = [(call, "its handler runs") for call in self._calls.values()]
        travelling = [
            (args[0], f"something happens at t={at_ns / SECOND_NS:.6f}s")
            for at_ns, args in self._kernel.callbacks()
            if args and isinstance(args[0], Call) and args[0].wire not in self._calls
        ]
        return running + travelling

    # -- the way of a call ---------------------------------------------------

    def request(self, number: int, source: int, target: int, method: str, args: bytes, packed: bytes) -> None:
        """A server calls; ``packed`` is a MessagePack view of the arguments, empty when they are one."""
        kernel = self._kernel
        self._rpcs += 1
        self._bytes += len(args)
        shown, title = view(packed or args), method
        if self.names is not None:
            shown, title = self.names.message(shown), self.names.method(method)
        self._trace.emit(RpcSent(kernel.now_ns, number, source, target, title, len(args), shown))
        incarnation = self._up[target] if 0 <= target < len(self._up) else None
        here = -1 if incarnation is None else incarnation
        call = Call(number, source, target, here, method, args, number, shown, title)
        if incarnation is None or not self._enabled[source][target]:
            why = "link cut" if incarnation is not None else "server down"
            kernel.call_at(kernel.now_ns + self._milliseconds(*LEARNS_AFTER_MS), self._fail, call, why)
            return
        fate = self._fate(call, is_reply=False) if self.rules else ORDINARY
        if fate.lost:
            self._lose(call, "request", fate)
            return
        if self.unreliable:
            wait_ns = self._milliseconds(*UNRELIABLE_WAIT_MS)
            arrive = self._lose_request if self._random.random() < LOSS else self._arrive
        else:
            wait_ns, arrive = self._latency(), self._arrive
        at_ns = kernel.now_ns + wait_ns + fate.delay_ns
        if fate is not ORDINARY:
            self._disturb(call, "request", fate, at_ns)
        kernel.call_at(at_ns, arrive, call)

    def reply(self, wire: int, incarnation: int, data: bytes, packed: bytes) -> None:
        """A handler has returned, from the call that its world knows by this number."""
        call = self._calls.get(wire)
        if call is None or call.incarnation != incarnation:
            return
        del self._calls[wire]
        kernel = self._kernel
        now = kernel.now_ns
        shown = view(packed or data)
        if self.names is not None:
            shown = self.names.message(shown)
        self._trace.emit(
            RpcReplied(
                now,
                call.number,
                call.source,
                call.target,
                call.title,
                len(data),
                shown,
                call.is_copy,
            )
        )
        if call.is_copy:
            return
        if self._is_gone(call):
            self._fail(call, "link cut while the handler ran")
            return
        fate = self._fate(call, is_reply=True) if self.rules else ORDINARY
        if fate.lost:
            self._lose(call, "reply", fate)
        elif self.unreliable and self._random.random() < LOSS:
            self._drop(call, "reply")
            self._fail(call, "reply lost")
        elif self.long_reordering and self._random.random() < REORDER:
            held_ms = REORDER_MIN_MS + self._random.randrange(1 + self._random.randrange(REORDER_SPREAD_MS))
            at_ns = now + held_ms * MS + fate.delay_ns
            self._trace.emit(RpcDelayed(now, call.number, at_ns))
            kernel.call_at(at_ns, self._hand_over, call, data)
        else:
            at_ns = now + self._latency() + fate.delay_ns
            if fate is not ORDINARY:
                self._disturb(call, "reply", fate, at_ns)
            kernel.call_at(at_ns, self._return, call, data)

    def _lose_request(self, call: Call) -> None:
        self._drop(call, "request")
        self._fail(call, "request lost")

    def _arrive(self, call: Call) -> None:
        now = self._kernel.now_ns
        if why := self._pulled(call, call.source, call.target):
            self._drop(call, "request", why)
            self._fail(call, why)
            return
        call.dispatched_ns = now
        self._calls[call.wire] = call
        self._received[call.target] += 1
        self._trace.emit(RpcDelivered(now, call.number, call.source, call.target, call.title, call.is_copy))
        self._deliver(call)

    def _return(self, call: Call, data: bytes) -> None:
        if why := self._pulled(call, call.target, call.source):
            self._drop(call, "reply", why)
            self._fail(call, why)
        else:
            self._hand_over(call, data)

    def _hand_over(self, call: Call, data: bytes) -> None:
        self._bytes += len(data)
        self._trace.emit(RpcAnswered(self._kernel.now_ns, call.number, call.source, call.target, call.title))
        self._answer(call, data)

    def _pulled(self, call: Call, sender: int, receiver: int) -> str:
        """Why a message in flight does not arrive after all; empty when it does."""
        if self._is_gone(call):
            return "link cut on the way"
        return self.rules.on_arrival((sender, receiver)) if self.rules else ""

    def _drop(self, call: Call, lost: str, why: str = "unreliable network") -> None:
        if call.is_copy:
            return
        self._trace.emit(
            RpcDropped(self._kernel.now_ns, call.number, call.source, call.target, call.title, lost, why)
        )

    def _fail(self, call: Call, why: str) -> None:
        if call.is_copy:
            return
        self._trace.emit(
            RpcFailed(self._kernel.now_ns, call.number, call.source, call.target, call.title, why)
        )
        self._answer(call, None)

    # -- rules ---------------------------------------------------------------

    def _fate(self, call: Call, *, is_reply: bool) -> Fate:
        ends = (call.target, call.source) if is_reply else (call.source, call.target)
        return self.rules.on_sent(Message(*ends, is_reply, call.title, call.shown))

    def _lose(self, call: Call, lost: str, fate: Fate) -> None:
        self._drop(call, lost, fate.lost)
        if fate.learns_ns:
            self._kernel.call_at(self._kernel.now_ns + fate.learns_ns, self._fail, call, fate.lost)
        else:
            self._fail(call, fate.lost)

    def _disturb(self, call: Call, what: str, fate: Fate, at_ns: int) -> None:
        """Say that a message is late, and send its copies after it."""
        now = self._kernel.now_ns
        if fate.delay_ns:
            self._trace.emit(RpcDelayed(now, call.number, at_ns, what, fate.why))
        for after_ns in fate.copies_ns:
            self._copies += 1
            copy = replace(call, wire=-self._copies)
            self._trace.emit(
                RpcDuplicated(now, call.number, call.source, call.target, call.title, at_ns + after_ns)
            )
            self._kernel.call_at(at_ns + after_ns, self._arrive, copy)

    # -- links that go while a handler runs ----------------------------------

    def _is_gone(self, call: Call) -> bool:
        return self._up[call.target] != call.incarnation or not self._enabled[call.source][call.target]

    def _notice(self, server: int) -> None:
        """Calls whose handler runs look at their link every 100 ms; the next look is due."""
        now = self._kernel.now_ns
        for call in self._calls.values():
            if server in (call.source, call.target):
                looks = (now - call.dispatched_ns) // NOTICE_NS + 1
                self._kernel.call_at(call.dispatched_ns + looks * NOTICE_NS, self._look, call)

    def _look(self, call: Call) -> None:
        if call.wire in self._calls and self._is_gone(call):
            del self._calls[call.wire]
            self._fail(call, "link cut while the handler ran")

    # -- chance --------------------------------------------------------------

    def _latency(self) -> int:
        if self.steady:
            return STEADY_NS
        low, high = LATENCY_US
        return int(low * 1_000 + self._random.random() * (high - low) * 1_000)

    def _milliseconds(self, low: int, high: int) -> int:
        return self._random.randint(low, high) * MS
