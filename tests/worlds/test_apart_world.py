"""Servers apart: who runs when, up to which moment, and that calls find their way back."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from raftkit.sim import NEVER
from raftkit.worlds import (
    ApartWorld,
    CreateServer,
    DeliverReply,
    DeliverRequest,
    GetState,
    Idle,
    KillServer,
    LogLine,
    RpcRequest,
    TakeApply,
)


@dataclass
class Plan:
    """A world that says something at the moments that a test writes down."""

    name: str
    diary: list[tuple[str, int, int]]
    says: list[tuple[int, Any]] = field(default_factory=list)
    inbox: list[Any] = field(default_factory=list)
    now_ns: int = 0
    cpu_seconds: float = 0.25
    is_closed: bool = False

    def send(self, message: Any) -> None:
        self.inbox.append(message)

    def advance(self, to_ns: int) -> None:
        assert all(at_ns >= to_ns for at_ns, _ in self.says), (
            "it is told of a time that it has not lived through"
        )
        self.now_ns = max(self.now_ns, to_ns)

    def run_until(self, at_ns: int) -> Idle:
        self.diary.append((self.name, self.now_ns, at_ns))
        outputs = []
        if self.says and self.says[0][0] <= at_ns:
            self.now_ns, output = self.says.pop(0)
            outputs = [output]
        else:
            self.now_ns = at_ns
        return Idle(self.now_ns, outputs, self.says[0][0] if self.says else NEVER)

    def progress(self) -> int:
        return len(self.diary)

    def close(self) -> None:
        self.is_closed = True


class Stage:
    """An apart world of plans, and the diary of their runs."""

    def __init__(self, **plans: list[tuple[int, Any]]) -> None:
        self.diary: list[tuple[str, int, int]] = []
        self.made: dict[str, Plan] = {}
        self._plans = plans
        self.world: ApartWorld[Plan] = ApartWorld(self._make)  # type: ignore[type-var]

    def _make(self, server: int, incarnation: int) -> Plan:
        name = f"s{server}i{incarnation}"
        self.made[name] = Plan(name, self.diary, list(self._plans.get(name, [])))
        return self.made[name]

    def create(self, *servers: int, incarnation: int = 1) -> None:
        for server in servers:
            self.world.send(CreateServer(server, server, incarnation, 3, b"", b""))


def line(text: str) -> LogLine:
    return LogLine(0, 1, "LOG", text)


def call(number: int, source: int = 0) -> RpcRequest:
    return RpcRequest(number, source, 1, 2, "vote", b"", b"")


def test_who_can_act_first_runs_and_nobody_past_another():
    """The clock of all never goes back, and a server with nothing to do is left alone."""
    stage = Stage(s0i1=[(70, line("a"))], s1i1=[(30, line("b")), (50, line("c"))])
    stage.create(0, 1, 2)
    moments = []
    while (idle := stage.world.run_until(100)).outputs:
        moments.append((idle.now_ns, idle.outputs[0].text))
    assert moments == [(30, "b"), (50, "c"), (70, "a")]
    assert (idle.now_ns, idle.quiet) == (100, True)
    assert stage.diary == [
        ("s0i1", 0, 0), ("s1i1", 0, 0), ("s2i1", 0, 30),
        ("s1i1", 30, 70), ("s1i1", 30, 70), ("s0i1", 50, 100),
    ]  # fmt: skip


def test_of_those_that_are_due_together_the_lowest_number_begins():
    """Whoever was created first."""
    stage = Stage(s0i1=[(10, line("zero"))], s1i1=[(10, line("one"))])
    stage.create(2, 1, 0)
    assert [stage.world.run_until(20).outputs[0].text for _ in range(2)] == ["zero", "one"]


def test_a_call_is_numbered_for_all_and_its_reply_finds_the_caller():
    """Each world counts from 1; the reply carries the caller's own number."""
    stage = Stage(s0i1=[(10, call(1))], s1i1=[(10, call(1, source=1)), (11, call(2, source=1))])
    stage.create(0, 1, 2)
    calls = [stage.world.run_until(20).outputs[0] for _ in range(3)]
    assert [(each.source, each.call) for each in calls] == [(0, 1), (1, 2), (1, 3)]
    stage.world.send(DeliverReply(3, b"yes"))
    stage.world.send(DeliverReply(1, None))
    assert stage.made["s1i1"].inbox[-1] == DeliverReply(2, b"yes")
    assert stage.made["s0i1"].inbox[-1] == DeliverReply(1, None)


def test_messages_go_to_their_server_and_wake_it_now():
    """A request to its target, all others to the server that they name; late words to nobody."""
    stage = Stage()
    stage.create(0, 1)
    stage.world.run_until(40)
    stage.world.send(DeliverRequest(1, 0, 1, "vote", b""))
    stage.world.send(GetState(2, 0))
    stage.world.send(TakeApply(2))
    stage.diary.clear()
    stage.world.run_until(50)
    assert [type(plan.inbox[-1]) for plan in stage.made.values()] == [GetState, DeliverRequest]
    assert stage.diary == [("s0i1", 40, 40), ("s1i1", 40, 50)]


def test_an_end_is_an_end():
    """What a server had to say is not said, what comes for it does not reach its next incarnation."""
    stage = Stage(s0i1=[(10, call(1)), (20, line("never"))])
    stage.create(0)
    stage.world.run_until(15)
    stage.world.send(KillServer(0))
    stage.create(0, incarnation=2)
    stage.world.send(DeliverReply(1, b"late"))
    assert stage.world.run_until(30).outputs == []
    assert stage.made["s0i1"].inbox[-1] == KillServer(0)
    assert stage.made["s0i1"].is_closed
    assert [type(message) for message in stage.made["s0i2"].inbox] == [CreateServer]
    stage.world.send(KillServer(2))  # it was down already
    stage.world.close()
    assert stage.made["s0i2"].is_closed
    assert stage.world.cpu_seconds == pytest.approx(0.5)


def test_what_comes_of_an_end_is_heard():
    """An exception in ``kill()`` is an exception: it comes at the moment of the end, before anything else."""
    stage = Stage(s0i1=[(40, line("broke in kill()"))], s1i1=[(40, line("later"))])
    stage.create(0, 1)
    stage.world.run_until(39)
    stage.made["s0i1"].says[0] = (39, line("broke in kill()"))
    stage.world.send(KillServer(0))
    idle = stage.world.run_until(50)
    assert (idle.now_ns, [output.text for output in idle.outputs]) == (39, ["broke in kill()"])
    assert stage.world.run_until(50).outputs == [line("later")]
