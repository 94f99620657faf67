"""Deadlocks are found, and nothing else is taken for one."""

import textwrap
from typing import Any

import pytest

from raftkit.worlds import Snapshot, TakeApply

SECOND_NS = 1_000_000_000

BEGIN = """
def begin(self):
    self.a, self.b, self.r = threading.Lock(), threading.Lock(), threading.RLock()
    for name in ("one", "two", "three"):
        if hasattr(self, name): threading.Thread(target=getattr(self, name), name=name).start()
"""

CERTAIN = {
    "two-locks-in-two-orders": (
        """
        def one(self):
            with self.a:
                time.sleep(0.1)
                with self.b: pass
        def two(self):
            with self.b:
                time.sleep(0.1)
                with self.a: pass
        """,
        {"one", "two"},
    ),
    "a-circle-of-three": (
        """
        def one(self):
            with self.a:
                time.sleep(0.1)
                with self.b: pass
        def two(self):
            with self.b:
                time.sleep(0.1)
                with self.r: pass
        def three(self):
            with self.r:
                time.sleep(0.1)
                with self.a: pass
        """,
        {"one", "two", "three"},
    ),
    "join-under-a-lock": (
        """
        def one(self):
            with self.a:
                helper = threading.Thread(target=self.help, name="helper")
                helper.start()
                helper.join()
        def help(self):
            time.sleep(0.1)
            with self.a: pass
        """,
        {"one", "helper"},
    ),
    "an-ended-thread-took-an-rlock-with-it": (
        """
        def one(self): self.r.acquire()
        def two(self):
            time.sleep(0.1)
            with self.r: pass
        """,
        {"one", "two"},
    ),
    "a-condition-cannot-take-its-lock-back": (
        """
        def one(self):
            condition = threading.Condition(self.a)
            with self.b:
                with condition:
                    condition.wait(0.1)
        def two(self):
            time.sleep(0.05)
            with self.a:
                time.sleep(0.2)
                with self.b: pass
        """,
        {"one", "two"},
    ),
}


@pytest.mark.parametrize("name", CERTAIN)
def test_a_circle_is_certain(hand: Any, name: str) -> None:
    """No later event can resolve it: the report names each thread, what it waits for, and its line."""
    methods, threads = CERTAIN[name]
    world = hand(BEGIN + textwrap.dedent(methods))
    world.create()
    world.run(for_ns=3 * SECOND_NS)
    chain = world.world.deadlock(certain=True)
    assert {thread.name for thread in chain} == threads
    for thread in chain:
        if "ended" not in thread.waits_for:
            assert "raft.py:" in thread.stack
            assert "raftkit/" not in thread.stack
    assert any("taken in" in thread.waits_for for thread in chain)


def test_a_circle_counts_only_after_a_while(hand: Any) -> None:
    """What has just begun may be somebody's clever use of a Lock as a signal."""
    world = hand(BEGIN + textwrap.dedent(CERTAIN["two-locks-in-two-orders"][0]))
    world.create()
    world.run(for_ns=SECOND_NS // 2)
    assert world.world.deadlock(certain=True) == []


NONE_AT_ALL = {
    "signals-between-threads": """
        def one(self):
            self.a.acquire()
            for _ in range(3):
                self.a.acquire()   # until two releases it
                time.sleep(2)
                self.b.release()
        def two(self):
            self.b.acquire()
            while True:
                time.sleep(2)
                self.a.release()
                self.b.acquire()   # until one releases it
        """,
    "locks-with-time-outs": """
        def one(self):
            with self.a:
                time.sleep(0.1)
                self.b.acquire(timeout=30)
        def two(self):
            with self.b:
                time.sleep(0.1)
                with self.a: pass
        """,
    "join-with-a-time-out": """
        def one(self):
            with self.a:
                helper = threading.Thread(target=self.help)
                helper.start()
                helper.join(30)
        def help(self):
            time.sleep(0.1)
            with self.a: pass
        """,
    "a-long-hold": """
        def one(self):
            with self.a: time.sleep(50)
        def two(self):
            with self.a: pass
        """,
    "a-worker-that-waits-for-work": """
        def one(self):
            with self.a: threading.Event().wait()
        def two(self):
            with self.a: pass
        """,
    "waiting-for-itself-as-a-signal": """
        def one(self):
            self.a.acquire()
            self.a.acquire()
        """,
}


@pytest.mark.parametrize("name", NONE_AT_ALL)
def test_what_may_still_go_on_is_no_deadlock(hand: Any, name: str) -> None:
    """A false alarm would be a point lost to our own mistake."""
    world = hand(BEGIN + textwrap.dedent(NONE_AT_ALL[name]))
    world.create()
    for _ in range(20):
        world.run(for_ns=SECOND_NS)
        assert world.world.deadlock(certain=True) == []
        assert world.world.deadlock(certain=False) == []
    assert world.raised() == []


LIKELY = {
    "twice-the-same-lock": ("with self.lock:\n        with self.lock: return 1, True", {"get_state()"}),
    "never-released": ("self.lock.acquire(); return 1, True", {"get_state()"}),
}


@pytest.mark.parametrize("name", LIKELY)
def test_a_question_stuck_behind_a_plain_lock_is_likely(hand: Any, name: str) -> None:
    """Another thread might release a Lock, though nothing says that it will: reported when it hangs for long."""
    body, threads = LIKELY[name]
    world = hand(f"def get_state(self):\n    {body}\n")
    world.create()
    world.get_state()
    world.get_state(for_ns=5 * SECOND_NS)
    assert world.world.deadlock(certain=True) == []
    chain = world.world.deadlock(certain=False)
    assert {thread.name for thread in chain} == threads


def test_a_lock_held_over_put_that_snapshot_needs_is_certain(hand: Any) -> None:
    """The lab's best trap: the service takes nothing while its call of ``snapshot`` has not returned."""
    world = hand(
        """
        def begin(self): threading.Thread(target=self.apply, name="applier").start()
        def apply(self):
            with self.lock:
                for index in (1, 2):
                    self.apply_ch.put(ApplyMsg(command_valid=True, command_index=index))
        def snapshot(self, index, snapshot):
            with self.lock: pass
        """
    )
    world.create()
    world.world.send(TakeApply(0))
    world.world.send(Snapshot(1, 0, 1, b"s"))
    world.run(for_ns=3 * SECOND_NS)
    chain = world.world.deadlock(certain=True)
    assert {thread.name for thread in chain} == {"applier", "snapshot()"}
    assert any("the service is still in its call of snapshot()" in thread.waits_for for thread in chain)


def test_threads_lists_every_thread_of_every_live_server(hand: Any) -> None:
    """For a test that ran out of time: who was doing what, where."""
    world = hand(BEGIN + "def one(self): time.sleep(100)\ndef two(self): threading.Event().wait()\n")
    world.create(0)
    world.create(1)
    world.run()
    world.kill(1)
    listed = [(thread.server, thread.name, thread.waits_for) for thread in world.world.threads()]
    assert sorted(listed) == [(0, "one", "its sleep to end"), (0, "two", "an Event to be set")]
