"""Implementations in asyncio style: coroutine methods, in an event loop of their server."""

import pickle
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from raftkit.model import SECOND, Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.worlds import (
    Answer,
    ApplyMessage,
    DeliverRequest,
    LogLine,
    Persisted,
    RpcReply,
    RpcRequest,
    Snapshot,
    TakeApply,
)

ASYNC = "import asyncio\n"
ARGS = pickle.dumps(1, 5)
"""What a handler without annotations is sent."""
MIXED = """
async def start(self, command): return 1, 2, True
"""
"""One coroutine method is enough; all others of the shape are plain functions."""


def of(kind: type, said: list[Any]) -> list[Any]:
    return [output for output in said if type(output) is kind]


def logged(said: list[Any]) -> list[str]:
    return [output.text for output in of(LogLine, said)]


# -- what the harness asks -------------------------------------------------------


def test_methods_may_be_coroutines_or_functions(hand: Any) -> None:
    """They all run in the event loop; whoever waits lets the others go on."""
    world = hand(
        """
        async def start(self, command):
            await asyncio.sleep(0.5)
            return len(command), 3, 1
        def get_state(self): return 2, asyncio.get_running_loop() is not self.loop
        async def begin_later(self): self.loop = asyncio.get_running_loop()
        def begin(self): self.loop = None; self.task = asyncio.create_task(self.begin_later())
        """,
        before=ASYNC,
    )
    assert [type(output) for output in world.create()] == [Answer]
    assert world.get_state() == [2, False]
    assert world.start("abc") == [3, 3, True]
    assert world.raised() == []


def test_the_constructor_may_begin_tasks(hand: Any) -> None:
    """It runs inside the loop, as it would in ``async def main(): Raft(...)``."""
    world = hand(
        MIXED
        + textwrap.dedent("""
        def begin(self): self.task = asyncio.create_task(self.tick())
        async def tick(self):
            while True:
                await asyncio.sleep(0.3)
                log.info("tick")
        """),
        before=ASYNC,
    )
    world.create()
    assert logged(world.run()) == ["tick"] * 3


def test_handlers_and_calls(hand: Any) -> None:
    """``call_async`` waits for one reply while others come; a sync handler beside async ones is one, too."""
    world = hand(
        MIXED
        + textwrap.dedent("""
        async def echo(self, args):
            await asyncio.sleep(args)
            return args, self.me
        def plain(self, args): return [args, self.me]
        async def begin_calls(self):
            calls = [self.peers[1].call_async("echo", 0.02), self.peers[2].call_async("echo", 0.01),
                     self.peers[1].call_async("plain", 3)]
            print(await asyncio.gather(*calls))
            print(await self.peers[2].call_async("echo", 0))
        async def get_state(self):
            self.task = asyncio.create_task(self.begin_calls())
            return 1, True
        """),
        before=ASYNC,
    )
    for server in range(3):
        world.create(server)
    world.world.send(_get_state(world))
    said = world.carry(world.run())
    assert logged(said) == ["[(0.02, 1), (0.01, 2), [3, 1]]", "(0.0, 2)"] or logged(said)[0].startswith("[")
    assert len(of(RpcReply, said)) == 4
    assert world.raised() == []


def _get_state(world: Any) -> Any:
    from raftkit.worlds import GetState

    return GetState(world.call(), 0)


def test_a_failed_call_returns_none(hand: Any) -> None:
    """As in the lab, a lost message is no exception."""
    world = hand(
        MIXED
        + textwrap.dedent("""
        async def get_state(self):
            self.task = asyncio.create_task(self.ask())
            return 1, True
        async def ask(self): print(await self.peers[1].call_async("get", 1))
        async def get(self, args): return args
        """),
        before=ASYNC,
    )
    world.create()
    world.get_state()
    (request,) = of(RpcRequest, world.said)
    assert logged(world.reply(request.call, None)) == ["None"]


def test_a_reply_to_a_call_that_was_given_up_is_dropped(hand: Any) -> None:
    """``wait_for`` around a call is ordinary; the reply comes all the same."""
    world = hand(
        MIXED
        + textwrap.dedent("""
        async def get_state(self):
            try: await asyncio.wait_for(self.peers[1].call_async("get", 1), 0.1)
            except TimeoutError: return 1, True
        async def get(self, args): return args
        """),
        before=ASYNC,
    )
    world.create()
    assert world.get_state() == [1, True]
    (request,) = of(RpcRequest, world.said)
    world.world.send(DeliverRequest(request.call, 0, 0, "get", request.args))
    (reply,) = of(RpcReply, world.run())
    assert world.reply(request.call, reply.reply) == []
    assert world.raised() == []


# -- the service -----------------------------------------------------------------

PUTS = MIXED + textwrap.dedent("""
    async def get_state(self):
        self.tasks = [asyncio.create_task(self.put(n)) for n in range(3)]
        return 1, True
    async def put(self, n):
        await self.apply_ch.put_async(ApplyMsg(True, f"c{n}", n + 1))
        log.info(f"put {n}")
    async def snapshot(self, index, snapshot):
        await asyncio.sleep(0.01)
        self.persister.save_state_and_snapshot(b"s", snapshot)
    """)


def test_messages_go_to_the_service_in_order(hand: Any) -> None:
    """``put_async`` returns when the service has taken the message, and the first that was put is the first taken."""
    world = hand(PUTS, before=ASYNC)
    world.create()
    world.get_state()
    messages = of(ApplyMessage, world.said)
    assert [message.index for message in messages] == [1, 2, 3]
    assert logged(world.said) == []
    for n in range(3):
        world.world.send(TakeApply(0))
        assert logged(world.run()) == [f"put {n}"]


def test_snapshot_may_be_called_while_put_async_waits(hand: Any) -> None:
    """The service does so before it takes the next message: in one event loop that is no deadlock."""
    world = hand(PUTS, before=ASYNC)
    world.create()
    world.get_state()
    assert world.ask(Snapshot(world.call(), 0, 1, b"snap")) is None
    assert of(Persisted, world.said)[0].snapshot == b"snap"
    world.world.send(TakeApply(0))
    assert logged(world.run()) == ["put 0"]


# -- exceptions ------------------------------------------------------------------

RAISES = {
    "constructor": ("def begin(self): 1 / 0", "its constructor"),
    "start": ("async def start(self, command): 1 / 0", "start()"),
    "get_state": ("async def get_state(self): await asyncio.sleep(0.1); 1 / 0", "get_state()"),
    "a-plain-method": ("def get_state(self): 1 / 0", "get_state()"),
    "snapshot": ("async def snapshot(self, index, snapshot): 1 / 0", "snapshot()"),
    "handler": ("async def get(self, args): await asyncio.sleep(0.1); 1 / 0", "get from S2"),
    "task": (
        "def begin(self): self.kept = asyncio.create_task(self.tick(), name='ticker')\n"
        "async def tick(self): await asyncio.sleep(0.1); 1 / 0",
        "task ticker",
    ),
    "callback": (
        "def begin(self): asyncio.get_running_loop().call_later(0.1, self.tick)\ndef tick(self): 1 / 0",
        "a callback of its event loop",
    ),
    "thread": (
        "def begin(self): threading.Thread(target=self.tick, name='worker').start()\ndef tick(self): 1 / 0",
        "thread worker",
    ),
    "cancelled-by-itself": ("async def get_state(self): raise asyncio.CancelledError", "get_state()"),
}


@pytest.mark.parametrize("name", RAISES)
def test_an_exception_is_told_with_its_place_and_line(hand: Any, name: str) -> None:
    """Wherever it leaves the implementation's code, the server has crashed, by that line."""
    method, place = RAISES[name]
    world = hand(MIXED + "async def get(self, args): return args\n" + method, before=ASYNC)
    world.create()
    if name != "constructor":
        world.start()
        world.get_state()
        world.ask(Snapshot(world.call(), 0, 1, b""))
        world.world.send(DeliverRequest(5, 2, 0, "get", ARGS))
        world.run(for_ns=2 * SECOND)
    (raised,) = world.raised()
    error = "CancelledError" if "cancelled" in name else "ZeroDivisionError"
    assert (raised.verdict, raised.kind, raised.place) == ("crashed", error, place)
    line = "raise asyncio.CancelledError" if "cancelled" in name else "1 / 0"
    assert line in raised.details.splitlines()[-1]


def test_a_busy_coroutine_is_shown_by_its_own_line(hand: Any) -> None:
    """It is the coroutine that its author knows, and not the event loop."""
    world = hand(
        MIXED
        + "def begin(self): self.kept = asyncio.create_task(self.tick(), name='ticker')\n"
        + "async def tick(self):\n    while True:\n        self.x = 1  # here\n",
        before=ASYNC,
    )
    world.create()
    world.run(for_ns=100 * SECOND)
    (raised,) = world.raised()
    assert (raised.verdict, raised.kind, raised.place) == ("busy", "BusyLoop", "ticker")
    assert "in tick" in raised.details


def test_a_loop_that_was_stopped_is_told(hand: Any) -> None:
    """Nobody would answer any more."""
    world = hand(MIXED + "async def get_state(self): asyncio.get_running_loop().stop()\n", before=ASYNC)
    world.create()
    world.get_state()
    assert "its event loop was stopped" in world.raised()[-1].summary
    world.start()


def test_reaching_outside_is_told_of_the_right_coroutine(hand: Any) -> None:
    """The guard knows nothing of coroutines; the report does."""
    world = hand(
        MIXED
        + "def begin(self): self.kept = asyncio.create_task(self.tick(), name='ticker')\n"
        + "async def tick(self):\n    try: await asyncio.open_connection('localhost', 80)\n    except OSError: pass\n",
        before=ASYNC,
    )
    world.create()
    (raised,) = world.raised()
    assert (raised.kind, raised.verdict, raised.place) == ("OutsideWorld", "failed", "ticker")
    assert "asyncio.open_connection" in raised.summary
    assert "await asyncio.open_connection('localhost', 80)" in raised.details


# -- standing still --------------------------------------------------------------


def test_threads_show_where_each_task_waits(hand: Any) -> None:
    """The loop's own thread always waits for its next callback, which helps nobody."""
    world = hand(
        MIXED
        + textwrap.dedent("""
        def begin(self):
            self.mutex = asyncio.Lock()
            self.kept = asyncio.create_task(self.hold(), name="holder")
        async def hold(self):
            async with self.mutex:
                await self.inner()
        async def inner(self): await asyncio.Event().wait()
        async def get_state(self):
            async with self.mutex: return 1, True
        """),
        before=ASYNC,
    )
    world.create()
    assert world.get_state() == []
    threads = {thread.name: thread for thread in world.world.threads()}
    assert sorted(threads) == ["get_state()", "holder"]
    assert threads["holder"].waits_for == "Event.wait"
    assert threads["holder"].stack.splitlines()[-1].strip().startswith("async def inner(self)")
    assert threads["get_state()"].waits_for == "a Lock held by task 'holder'"
    assert "async with self.mutex: return 1, True" in threads["get_state()"].stack


# -- crash and restart -----------------------------------------------------------

LIVES = MIXED + textwrap.dedent("""
    def begin(self):
        self.count = len(self.persister.read_raft_state())
        self.persister.save_raft_state(bytes(self.count + 1))
        self.kept = [asyncio.create_task(self.tick(n)) for n in range(5)]
    async def tick(self, n):
        try:
            while True: await asyncio.sleep(0.01)
        finally:
            log.info("a dead server says nothing")
            await self.peers[1].call_async("get", 1)
    async def get(self, args): return args
    async def get_state(self): return self.count, False
    async def kill(self):
        for task in self.kept: task.cancel()
        self.later = asyncio.create_task(asyncio.sleep(1))
        await asyncio.gather(*self.kept, return_exceptions=True)
    """)


def test_restarts_keep_what_was_saved_and_nothing_else(hand: Any, capfd: Any) -> None:
    """A new incarnation has a new loop; of the old one nothing is heard, not even on standard error."""
    world = hand(LIVES, before=ASYNC)
    state = b""
    for life in range(30):
        said = world.create(state=state)
        state = of(Persisted, said)[0].state
        assert world.get_state(for_ns=100_000_000) == [life, False]
        assert world.kill() == []
        assert world.world.kernel.tasks() == []
    assert world.raised() == []
    assert logged(world.said) == []
    assert capfd.readouterr() == ("", "")


def test_a_crash_in_the_middle_of_everything(hand: Any) -> None:
    """Messages that come too late find nobody, and disturb nobody."""
    world = hand(PUTS + "async def get(self, args): await asyncio.sleep(9)\n", before=ASYNC)
    world.create()
    world.get_state()
    world.world.send(DeliverRequest(5, 1, 0, "get", ARGS))
    world.run(for_ns=1_000_000)
    world.kill()
    world.world.send(TakeApply(0))
    world.reply(77, None)
    assert world.raised() == []
    world.create()
    assert world.start() == [1, 2, True]


# -- whole tests -----------------------------------------------------------------

LEADER = """
import asyncio
from raftkit.contract import ApplyMsg
class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        self.peers, self.me, self.apply_ch, self.log = peers, me, apply_ch, []
        self.mutex = asyncio.Lock()
        self.queue = asyncio.Queue()
        self.applier = asyncio.create_task(self.apply())
    async def start(self, command):
        if self.me: return -1, 1, False
        async with self.mutex:
            self.log.append(command)
            index = len(self.log)
        for peer in self.peers: self.task = asyncio.create_task(peer.call_async("append", [index, command]))
        return index, 1, True
    async def append(self, args):
        await self.queue.put(ApplyMsg(True, args[1], args[0]))
        return True
    async def apply(self):
        while True: await self.apply_ch.put_async(await self.queue.get())
    async def get_state(self):
        return 1, self.me == 0
    def kill(self): self.applier.cancel()
"""
"""Server 0 leads for ever and replicates without any care: good enough where nothing goes wrong."""


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """``run(source, steps)``: the result of a small test."""

    def run_it(
        source: str, steps: str = "- check_one_leader\n- agree: {command: 5, servers: 3}\n", limit_s: int = 60
    ) -> Result:
        suite, implementation = tmp_path / "mini.yaml", tmp_path / "raft.py"
        head = "part: mini\ntitle: mini\ntests:\n  TestMini:\n    title: mini\n    servers: 3\n    steps:\n"
        suite.write_text(head + textwrap.indent(steps, " " * 6))
        implementation.write_text(source)
        limits = Limits(test_ns=limit_s * SECOND)
        return run_case(
            RunRequest(
                suite=str(suite), test="TestMini", implementation=str(implementation), seed=1, limits=limits
            )
        )

    return run_it


def test_a_small_test_passes(run: Any) -> None:
    """From the suite to the coroutine and back."""
    result = run(LEADER)
    assert (result.verdict, result.reason) == (Verdict.PASSED, "")
    assert result.commits == 1


def test_a_deadlocked_asyncio_lock_fails_and_shows_who_waits(run: Any) -> None:
    """asyncio's locks know no owner, so that nobody can prove the deadlock: but the stacks tell it."""
    locks_twice = LEADER.replace("index = len(self.log)", "async with self.mutex: index = 1")
    result = run(locks_twice)
    assert result.verdict in (Verdict.FAILED, Verdict.TIMED_OUT, Verdict.DEADLOCKED)
    assert "async with self.mutex: index = 1" in result.failure.details
    assert "start()" in result.failure.details + result.failure.observed


def test_a_crash_is_reported_with_its_line(run: Any) -> None:
    """The verdict names the coroutine's own exception."""
    result = run(LEADER.replace("self.log.append(command)", "self.log.add(command)"))
    assert result.verdict is Verdict.CRASHED
    assert "'list' object has no attribute 'add'" in result.reason
    assert "self.log.add(command)" in result.failure.details


def test_the_same_seed_gives_the_same_trace(run: Any) -> None:
    """Coroutines, sets of tasks and names included."""
    assert run(LEADER).trace_digest == run(LEADER).trace_digest
