"""Servers apart: each incarnation of each server is a world of its own, and this brings them together.

In one world the servers share a process, and with it whatever code that looks for it can find: objects of
Python's own, the order in which threads run, what was there before a restart. Apart they share nothing
but the clock, and meet through the network alone. Each has a kernel and random streams of its own, so that
a seed gives another run than it gives in one world; wherever these worlds run, it is the same one.
"""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from msgspec import structs

from raftkit.sim import NEVER
from raftkit.worlds.boundary import (
    CreateServer,
    DeliverReply,
    DeliverRequest,
    Idle,
    KillServer,
    Remains,
    RpcRequest,
    StuckThread,
    ToHarness,
    ToWorld,
    World,
)


class Member(World, Protocol):
    """A world of one server."""

    def advance(self, to_ns: int) -> None:
        """Take the time from outside; nothing can have happened here before that."""
        ...


M = TypeVar("M", bound=Member)


class ApartWorld(Generic[M]):
    """A world whose servers are worlds of their own.

    The one that can do something first runs, up to and including the moment at which another can; of those that
    are due together the lowest number begins. A crash lets a world run its ``kill()``, and ends it.

    Args:
        make: Makes the world of an incarnation, from the server's number and the incarnation's.
    """

    def __init__(self, make: Callable[[int, int], M]) -> None:
        self._make = make
        self._members: dict[int, M] = {}
        self._due: dict[int, int] = {}
        """When each can next do something."""
        self._now_ns = 0
        self._calls: dict[int, tuple[M, int, int]] = {}
        """By number: whose world a call came from, the server, and its number there."""
        self._call = 0
        self._ending: list[M] = []
        """Worlds of servers that were killed, until they have had their last word."""
        self._ended_steps = 0
        self._ended_cpu_seconds = 0.0

    def send(self, message: ToWorld) -> None:
        """Take a message; it takes effect when its server next runs."""
        match message:
            case CreateServer(server=server, incarnation=incarnation):
                self._members[server] = self._make(server, incarnation)
                self._post(server, message)
            case KillServer(server=server):
                if (member := self._members.pop(server, None)) is not None:
                    del self._due[server]
                    member.send(message)
                    self._ending.append(member)
            case DeliverReply(call=call):
                member, server, own_call = self._calls.pop(call)
                if self._members.get(server) is member:
                    self._post(server, structs.replace(message, call=own_call))
            case DeliverRequest(target=server):
                self._post(server, message)
            case _:
                self._post(message.server, message)

    def run_until(self, at_ns: int) -> Idle:
        """Run up to a moment, or to the first output of any server."""
        if last_words := self._end_the_killed():
            return Idle(self._now_ns, last_words, self._now_ns)
        while True:
            server, due_ns, others_ns = self._first()
            if due_ns > at_ns:
                self._now_ns = max(self._now_ns, at_ns)
                return Idle(self._now_ns, [], due_ns)
            member = self._members[server]
            member.advance(self._now_ns)
            idle = member.run_until(min(at_ns, others_ns))
            self._now_ns = max(self._now_ns, idle.now_ns)
            self._due[server] = idle.next_ns
            if idle.outputs:
                return Idle(self._now_ns, [self._told(server, each) for each in idle.outputs], idle.next_ns)

    def threads(self) -> list[StuckThread]:
        """Every thread of every live server."""
        return [thread for member in self.members for thread in member.threads()]

    def deadlock(self, *, certain: bool) -> list[StuckThread]:
        """Threads of one server that can never go on: over a border nobody can wait for a lock."""
        for member in self.members:
            if chain := member.deadlock(certain=certain):
                return chain
        return []

    def bury(self, now_ns: int, *, holdings: bool) -> list[Remains]:
        """Tell every server its end, each in its own world."""
        return [remains for member in self.members for remains in member.bury(now_ns, holdings=holdings)]

    def close(self) -> None:
        """End every server."""
        for member in [*self._members.values(), *self._ending]:
            self._close(member)
        self._members.clear()
        self._ending.clear()
        self._due.clear()

    def progress(self) -> int:
        """A number that grows while any server moves."""
        return self._ended_steps + sum(member.progress() for member in list(self._members.values()))

    @property
    def cpu_seconds(self) -> float:
        """Processor time beyond this process's own, of all servers that have ended."""
        return self._ended_cpu_seconds

    @property
    def members(self) -> list[M]:
        """The live servers' worlds in order, their clocks set."""
        members = [self._members[server] for server in sorted(self._members)]
        for member in members:
            member.advance(self._now_ns)
        return members

    # -- inside --------------------------------------------------------------

    def _post(self, server: int, message: ToWorld) -> None:
        if (member := self._members.get(server)) is not None:
            member.send(message)
            self._due[server] = self._now_ns

    def _first(self) -> tuple[int, int, int]:
        """The server that can do something first, when that is, and when another can."""
        first, first_ns, others_ns = -1, NEVER, NEVER
        for server, due_ns in self._due.items():
            if due_ns < first_ns or (due_ns == first_ns and server < first):
                first, first_ns, others_ns = server, due_ns, first_ns
            elif due_ns < others_ns:
                others_ns = due_ns
        return first, first_ns, others_ns

    def _told(self, server: int, output: ToHarness) -> ToHarness:
        """An output as all may know it: each world counts its calls from 1."""
        if not isinstance(output, RpcRequest):
            return output
        self._call += 1
        self._calls[self._call] = self._members[server], server, output.call
        return structs.replace(output, call=self._call)

    def _end_the_killed(self) -> list[ToHarness]:
        """Let worlds end that were told to, and return what they still had to say."""
        outputs = []
        while self._ending:
            member = self._ending[0]
            member.advance(self._now_ns)
            outputs += member.run_until(self._now_ns).outputs
            self._close(self._ending.pop(0))
        return outputs

    def _close(self, member: M) -> None:
        member.close()
        self._ended_steps += member.progress()
        self._ended_cpu_seconds += member.cpu_seconds
