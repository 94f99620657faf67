"""Nothing is left behind, whoever dies first, and whatever a child has started."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

HOSTILE = Path(__file__).parent / "hostile"
SCRIPT = """
import sys, time
from functools import partial
from raftkit.contract import locate
from raftkit.model import Limits
from raftkit.runner._watchdog import Watchdog
from raftkit.worlds.boundary import CreateServer
from raftkit.worlds.process import ProcessWorld, WorldProcess, _nursery, order_for

limits = Limits(idle_seconds=60.0)
order = order_for(locate(sys.argv[1]), "1", limits)
world = ProcessWorld(WorldProcess(order, limits, partial(Watchdog, limits)))
print(_nursery.nursery._zygote.pid, world._process._pid, flush=True)
world.send(CreateServer(1, 0, 1, 3, b"", b""))
world.run_until(10)
"""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


def wait_until_gone(pids: list[int]) -> list[int]:
    """Those that are still there after five seconds."""
    deadline = time.monotonic() + 5.0
    while time.monotonic() < deadline and any(map(is_alive, pids)):
        time.sleep(0.01)
    return [pid for pid in pids if is_alive(pid)]


@pytest.mark.parametrize("victim", ["judge", "zygote", "world"])
def test_whoever_dies_takes_the_world_along(victim: str) -> None:
    """A world that ignores every signal and hangs in C, while the judge, the zygote or the world is killed."""
    judge = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(HOSTILE / "ignores_signals.py")],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert judge.stdout is not None
    zygote, world = map(int, judge.stdout.readline().split())
    time.sleep(0.3)
    assert is_alive(world)
    os.kill({"judge": judge.pid, "zygote": zygote, "world": world}[victim], signal.SIGKILL)
    try:
        assert wait_until_gone([world]) == []
        judge.wait(timeout=10)
        assert wait_until_gone([zygote]) == []
    finally:
        judge.kill()
        judge.wait()
        judge.stdout.close()
