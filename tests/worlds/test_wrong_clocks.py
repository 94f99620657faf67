"""Servers whose clocks are wrong: the time of day jumps, timers drift, and a restart mends nothing."""

import pytest

from raftkit.contract import locate
from raftkit.worlds import CreateServer, LogLine, SetClock
from raftkit.worlds.local import LocalWorld

SECOND = 1_000_000_000
THREADS = """
import threading, time
from datetime import datetime

class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        threading.Thread(target=self.tick, daemon=True).start()
    def tick(self):
        while True:
            now = datetime.now().timestamp()
            print(round(time.time(), 3), round(time.monotonic(), 3), abs(now - time.time()) < 1)
            time.sleep(1)
    def start(self, command): return -1, 0, False
    def get_state(self): return 0, False
    def kill(self): pass
"""
COROUTINES = """
import asyncio, time

class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        asyncio.create_task(self.tick())
    async def tick(self):
        while True:
            print(round(time.time(), 3), round(asyncio.get_running_loop().time(), 3), True)
            await asyncio.sleep(1)
    async def start(self, command): return -1, 0, False
    async def get_state(self): return 0, False
    def kill(self): pass
"""


def ticks(world, until_s):
    """What server 0 prints until then: when, and the seconds of its two clocks, counted from the epoch."""
    told = []
    while True:
        idle = world.run_until(until_s * SECOND)
        for output in idle.outputs:
            if type(output) is LogLine:
                wall, monotonic, agrees = output.text.split()
                assert agrees == "True"
                told.append(
                    (round(idle.now_ns / SECOND, 1), round(float(wall) - 1e9, 1), round(float(monotonic), 1))
                )
        if idle.now_ns >= until_s * SECOND:
            return told


@pytest.fixture(params=[THREADS, COROUTINES], ids=["threads", "coroutines"])
def world(request, tmp_path):
    path = tmp_path / "clocks_raft.py"
    path.write_text(request.param)
    made = LocalWorld(locate(str(path)), "seed")
    yield made
    made.close()


def test_the_time_of_day_jumps_and_the_monotonic_clock_does_not(world):
    """And back, when it is set right."""
    world.send(CreateServer(1, 0, 1, 1, b"", b""))
    assert ticks(world, 0.5) == [(0, 0, 0)]
    world.send(SetClock(0, -3600 * SECOND, 0))
    assert ticks(world, 1.5) == [(1, -3599, 1)]
    world.send(SetClock(0, 0, 0))
    assert ticks(world, 2.5) == [(2, 2, 2)]


def test_a_fast_clock_gains_and_its_timers_run_out_early(world):
    """A quarter too fast: five of its seconds pass in four."""
    world.send(CreateServer(1, 0, 1, 1, b"", b"", 0, 250_000))
    told = ticks(world, 4.1)
    assert [at for at, _, _ in told] == [0, 0.8, 1.6, 2.4, 3.2, 4.0]
    assert [round(monotonic) for _, _, monotonic in told] == [0, 1, 2, 3, 4, 5]
    world.send(SetClock(0, 0, 0))
    at, wall, monotonic = ticks(world, 5.1)[-1]
    assert at == wall  # the time of day is right again
    assert monotonic > at + 0.9  # the other never goes back
