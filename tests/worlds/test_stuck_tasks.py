"""Tasks of an event loop that wait for each other for ever are found when somebody misses them."""

import textwrap
from pathlib import Path
from typing import Any

import pytest

from raftkit.model import Limits, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.worlds import Snapshot, TakeApply

SECOND_NS = 1_000_000_000
ASYNC = "import asyncio\n"
SUITES = Path(__file__).parents[2] / "suites"

BEGIN = """
def begin(self):
    self.a, self.b = asyncio.Lock(), asyncio.Lock()
    self.tasks = [
        asyncio.create_task(getattr(self, name)(), name=name) for name in ("one", "two") if hasattr(self, name)
    ]
async def get_state(self):
    async with self.a: return 1, True
"""
STUCK = {
    "two-locks-in-two-orders": (
        """
        async def one(self):
            async with self.a:
                await asyncio.sleep(0.1)
                async with self.b: pass
        async def two(self):
            async with self.b:
                await asyncio.sleep(0.1)
                async with self.a: pass
        """,
        ["get_state()", "one", "two", "one"],
    ),
    "twice-the-same-lock": (
        """
        async def one(self):
            async with self.a:
                async with self.a: pass
        """,
        ["get_state()", "one", "one"],
    ),
    "a-task-awaited-under-a-lock": (
        """
        async def one(self):
            async with self.a: await asyncio.create_task(self.help(), name="helper")
        async def help(self):
            async with self.a: pass
        """,
        ["get_state()", "one", "helper", "one"],
    ),
    "never-released": ("async def one(self): await self.a.acquire()", ["get_state()", "one"]),
    "a-condition": (
        """
        async def one(self):
            self.a = asyncio.Condition()
            async with self.a:
                async with self.a: pass
        """,
        ["get_state()", "one", "one"],
    ),
}


@pytest.mark.parametrize("name", STUCK)
def test_tasks_that_wait_in_a_circle_are_found(hand: Any, name: str) -> None:
    """Each with the one that it waits for; and never called certain, as a task can be cancelled."""
    methods, names = STUCK[name]
    world = hand(BEGIN + textwrap.dedent(methods), before=ASYNC)
    world.create()
    world.run(for_ns=SECOND_NS)
    world.get_state(for_ns=3 * SECOND_NS)
    assert world.world.deadlock(certain=True) == []
    chain = world.world.deadlock(certain=False)
    assert [thread.name for thread in chain] == names
    assert chain[0].waits_for == f"a Lock held by task {names[1]!r}" + (
        ", which has ended" if name == "never-released" else ""
    )
    assert chain[0].asked_ns >= 0


NOT_STUCK = {
    "a-long-sleep-under-a-lock": "async def one(self):\n    async with self.a: await asyncio.sleep(100)",
    "a-time-out": """
        async def one(self):
            async with self.a:
                async with asyncio.timeout(50):
                    async with self.a: pass
        """,
    "a-wait-for": """
        async def one(self):
            async with self.a: await asyncio.create_task(self.give_up())
        async def give_up(self): await asyncio.wait_for(self.a.acquire(), 50)
        """,
    "a-lock-taken-by-an-errand": """
        async def one(self):
            await asyncio.wait_for(self.a.acquire(), 1)
            await asyncio.sleep(100)
        """,
    "nobody-is-missed": """
        async def get_state(self): return 1, True
        async def one(self):
            async with self.a:
                async with self.a: pass
        """,
}


@pytest.mark.parametrize("name", NOT_STUCK)
def test_what_may_end_by_itself_is_no_deadlock(hand: Any, name: str) -> None:
    """Somebody gives up, or sleeps, or is no loss."""
    world = hand(BEGIN + textwrap.dedent(NOT_STUCK[name]), before=ASYNC)
    world.create()
    world.run(for_ns=SECOND_NS)
    world.get_state(for_ns=3 * SECOND_NS)
    assert world.world.deadlock(certain=False) == []


def test_a_lock_held_over_put_that_snapshot_needs(hand: Any) -> None:
    """The lab's best trap works in an event loop too."""
    world = hand(
        """
        def begin(self):
            self.a = asyncio.Lock()
            self.task = asyncio.create_task(self.apply(), name="applier")
        async def apply(self):
            async with self.a:
                for index in (1, 2):
                    await self.apply_ch.put_async(ApplyMsg(command_valid=True, command_index=index))
        async def snapshot(self, index, snapshot):
            async with self.a: pass
        """,
        before=ASYNC,
    )
    world.create()
    world.world.send(TakeApply(0))
    world.world.send(Snapshot(1, 0, 1, b"s"))
    world.run(for_ns=3 * SECOND_NS)
    chain = world.world.deadlock(certain=False)
    assert [thread.name for thread in chain] == ["snapshot()", "applier", "snapshot()"]
    assert "the service is still in its call of snapshot()" in chain[1].waits_for


def test_a_lock_is_what_users_know(hand: Any) -> None:
    """By name, by type, and in a Condition."""
    world = hand(
        """
        async def get_state(self):
            lock, condition = asyncio.Lock(), asyncio.Condition()
            print(type(lock).__name__, isinstance(lock, asyncio.Lock), condition.locked())
            async with condition: print(condition.locked(), lock.locked())
            return 1, True
        """,
        before=ASYNC,
    )
    world.create()
    assert world.get_state() == [1, True]
    assert [line.text for line in world.said if hasattr(line, "topic")] == ["Lock True False", "True False"]


def test_a_test_that_it_brings_down_ends_as_deadlocked(tmp_path: Path) -> None:
    """As with threads: what is told is what is wrong, and not what was missed."""
    path = tmp_path / "raft.py"
    path.write_text(
        textwrap.dedent(
            """
            import asyncio
            class Raft:
                def __init__(self, peers, me, persister, apply_ch): self.lock = asyncio.Lock()
                async def start(self, command): return 1, 1, False
                async def get_state(self):
                    async with self.lock:
                        async with self.lock: return 1, True
                def kill(self): pass
            """
        )
    )
    request = RunRequest(
        suite=str(SUITES / "2A.yaml"),
        test="TestInitialElection2A",
        implementation=str(path),
        seed=1,
        limits=Limits(),
    )
    result = run_case(request)
    assert result.verdict is Verdict.DEADLOCKED
    assert "'get_state()' waits for a Lock held by task 'get_state()'" in result.failure.details
