"""Threads that are interrupted: where, how often, how long, and always the same for one seed."""

from random import Random
from typing import Any

import pytest

from raftkit.model import Instrumentation
from raftkit.sim import Kernel
from raftkit.sim._preempt import DOUBLINGS, SHORTEST_NS
from raftkit.sim.race import Watch

LOST_UPDATE = """
import threading

class Counter:
    def __init__(self):
        self.n = 0

def main():
    counter = Counter()
    def add():
        {add}
    threads = [threading.Thread(target=add) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(counter.n, end=" ")

main()
"""

ADDS = {
    "two-lines": "n = counter.n\n        counter.n = n + 1",
    "one-line": "counter.n = counter.n + 1",
    "in-place": "counter.n += 1",
}


def preempted(lab: Any, source: str, seed: str) -> tuple[str, Watch, Kernel]:
    """Run a module with interrupted threads: what it printed, who interrupted it, and its kernel."""
    kernel = lab.kernel(seed, step_ns=10_000)
    watch = Watch(kernel, Instrumentation.PREEMPT, Random(f"{seed}/preemption"))
    root = lab.write({"raft.py": source})
    space = lab.space(kernel, root, watch=watch, instrument=Instrumentation.PREEMPT)
    watch.enter(space, lambda race: pytest.fail("nobody asked for races"))
    kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
    before = len(lab.printed)
    kernel.run_until(1 << 60)
    return "".join(lab.printed[before:]), watch, kernel


@pytest.mark.parametrize("add", ADDS.values(), ids=ADDS)
def test_an_update_is_lost_only_when_threads_are_interrupted(lab: Any, add: str) -> None:
    """A counter without a lock: no seed shows it where threads switch only when they wait."""
    source = LOST_UPDATE.format(add=add)
    assert lab.run(source, seed="1") == "9 "
    seen = {preempted(lab, source, str(seed))[0] for seed in range(60)}
    assert "9 " in seen
    assert seen - {"9 "}


def test_a_lock_protects_from_it(lab: Any) -> None:
    """Whoever is interrupted keeps what he holds."""
    source = LOST_UPDATE.format(add="with lock:\n            counter.n += 1").replace(
        "counter = Counter()", "counter, lock = Counter(), threading.Lock()"
    )
    assert {preempted(lab, source, str(seed))[0] for seed in range(40)} == {"9 "}


BUSY = """
import threading, time

def work():
    for _ in range({times}):
        x = 1
        x = 2
        time.sleep(0.001)

threading.Thread(target=work).start()
"""


def test_a_seed_repeats_every_interruption(lab: Any) -> None:
    """The same seed ends at the same nanosecond, another one elsewhere."""
    source = BUSY.format(times=300)
    ends = [preempted(lab, source, seed)[2].now_ns for seed in ("1", "1", "2")]
    assert ends[0] == ends[1] != ends[2]


def test_a_place_has_a_share_that_grows_slowly(lab: Any) -> None:
    """A hundred times as often executed, and about three times as often interrupted: few a run, however long it is."""

    def count(times: int, seed: int) -> int:
        return preempted(lab, BUSY.format(times=times), str(seed))[1].preemption.count

    seldom, often = (sum(count(times, seed) for seed in range(10)) for times in (100, 10_000))
    assert 10 < seldom < 80
    assert 2 * seldom < often < 12 * seldom


def test_nobody_stands_for_longer_than_a_busy_machine_takes(lab: Any) -> None:
    """What a run takes longer is within the number of interruptions times the longest one."""
    source = BUSY.format(times=1000)
    quiet = lab.kernel("1", step_ns=10_000)
    root = lab.write({"raft.py": source}, "quiet")
    quiet.spawn(lab.space(quiet, root).load, root / "raft.py", "raft", name="main", group=1)
    quiet.run_until(1 << 60)
    _, watch, kernel = preempted(lab, source, "1")
    assert watch.preemption.count
    longest_ns = 2 * SHORTEST_NS << (DOUBLINGS - 1)
    assert quiet.now_ns < kernel.now_ns <= quiet.now_ns + watch.preemption.count * (longest_ns + 20_000)


ATOMIC = {
    "a-module": "import time\n" + "x = 1\n" * 300,
    "what-a-module-calls": "def work():\n    x = 1\n    y = 2\nfor _ in range(300): work()\n",
    "a-finalizer": """
class Thing:
    def __del__(self):
        x = 1
        x = 2

import threading
threading.Thread(target=lambda: [Thing() for _ in range(300)]).start()
""",
    "a-coroutine": """
import asyncio, threading

async def main():
    for _ in range(300):
        work()

def work():
    x = 1
    x = 2

threading.Thread(target=lambda: asyncio.run(main())).start()
""",
}


@pytest.mark.parametrize("source", ATOMIC.values(), ids=ATOMIC)
def test_some_code_is_not_interrupted(lab: Any, source: str) -> None:
    """Half a module is nobody's, a finalizer may run anywhere, and an event loop switches where it awaits."""
    for seed in ("1", "2", "3"):
        assert preempted(lab, source, seed)[1].preemption.count == 0


def test_an_interrupted_loop_that_never_waits_is_still_found(lab: Any) -> None:
    """To be interrupted is no wait of one's own."""
    source = "import threading\ndef spin():\n    x = 0\n    while True:\n        x += 1\n        x -= 1\n"
    preempted(lab, source + "threading.Thread(target=spin, name='spinner').start()\n", "1")
    assert [task.name for task in lab.spins] == ["spinner"]
