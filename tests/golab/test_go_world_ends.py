"""A Go world ends with whoever started it, whatever it is doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from variants import LAB, VARIANTS, make_variant, needs_go

from raftkit.contract import locate
from raftkit.model import Clock
from raftkit.worlds.go import build

pytestmark = needs_go

SCRIPT = """
import sys
from functools import partial
from raftkit.contract import locate
from raftkit.model import Clock, Limits
from raftkit.runner._watchdog import Watchdog
from raftkit.worlds.boundary import CreateServer
from raftkit.worlds.go import GoProcess, GoWorld, build

location, limits = locate(sys.argv[1]), Limits(idle_seconds=60.0)
process = GoProcess(build(location, Clock.VIRTUAL), location.roots[0], "1", Clock.VIRTUAL, limits, partial(Watchdog, limits))
world = GoWorld(process)
print(process._pid, flush=True)
world.send(CreateServer(1, 0, 1, 3, b"", b""))
world.run_until(10 if sys.argv[2] == "waits" else 10**9)
sys.stdin.read()
"""


@pytest.mark.parametrize("doing", ["waits", "loops"])
def test_a_world_does_not_outlive_its_judge(doing: str, tmp_path: Path) -> None:
    """The judge is killed while the world waits for it, or burns its processor."""
    lab = make_variant(VARIANTS["takes-all-memory"], tmp_path)
    file = lab / "src" / "raft" / "raft.go"
    file.write_text(file.read_text().replace("make([]byte, 1<<26)", "make([]byte, 1)"))
    judge = subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(lab), doing],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert judge.stdout is not None
    try:
        world = int(judge.stdout.readline())
        time.sleep(0.5)
        os.kill(world, 0)
        judge.send_signal(signal.SIGKILL)
        judge.wait()
        deadline = time.monotonic() + 10.0
        while time.monotonic() < deadline and _is_alive(world):
            time.sleep(0.02)
        assert not _is_alive(world)
    finally:
        judge.kill()
        judge.wait()
        judge.stdout.close()
        if judge.stdin is not None:
            judge.stdin.close()


@pytest.mark.parametrize("clock", Clock)
def test_a_world_ends_when_nobody_can_speak_to_it_any_more(clock: Clock) -> None:
    """Its standard input is closed, behind what is the seed where there is one."""
    location = locate(str(LAB))
    program = build(location, clock)
    done = subprocess.run(
        [program, location.roots[0]],
        input=bytes(32 if clock is Clock.VIRTUAL else 0),
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, b"")


def _is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False
