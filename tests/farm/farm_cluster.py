"""A real Dask cluster on this machine: a scheduler, and two workers, each a process with a nanny."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WITHOUT_DASK = "dask.distributed is not installed: pip install distributed"
MARK = f"RAFTKIT_FARM_TEST={os.getpid()}-{time.monotonic_ns()}"


def wait_for(condition: Callable[[], object], seconds: float = 90.0) -> None:
    """Wait until something is true; the time is for a machine that has much else to do."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@dataclass
class DaskCluster:
    """Where it is."""

    address: str
    scratch: Path

    def workers(self) -> list[int]:
        """The processes that do the work; their nannies start new ones when they die."""
        return [pid for pid, command in self._processes() if "spawn_main" in command]

    def runner_children(self) -> list[int]:
        """The processes in which tests run."""
        return [pid for pid, command in self._processes() if "raftkit.runner.child" in command]

    def workshops(self) -> list[Path]:
        """The folders with what was sent."""
        return list(self.scratch.glob("dask-scratch-space/worker-*/raftkit-*"))

    def _processes(self) -> Iterator[tuple[int, str]]:
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                try:
                    if MARK.encode() in (entry / "environ").read_bytes():
                        yield int(entry.name), (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                except OSError:
                    continue  # it has gone, or is not ours


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """Start it; end it with the session."""
    distributed = pytest.importorskip("distributed", reason=WITHOUT_DASK)
    folder = tmp_path_factory.mktemp("dask")
    file = folder / "scheduler.json"
    name, mark = MARK.split("=")
    environment = {**os.environ, "PYTHONPATH": str(ROOT), name: mark}
    dask = [sys.executable, "-P", "-m", "dask"]
    address = ["--host", "127.0.0.1", "--scheduler-file", str(file), "--no-dashboard"]
    started = []
    with (folder / "log").open("w") as log:
        for arguments in (
            ["scheduler", "--port", "0", *address],
            ["worker", *address, "--nworkers", "2", "--nthreads", "1", "--local-directory", str(folder)],
        ):
            started.append(
                subprocess.Popen(
                    [*dask, *arguments],
                    cwd=folder,
                    env=environment,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
            )
            wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        try:
            found = DaskCluster(json.loads(file.read_text())["address"], folder)
            with distributed.Client(found.address, set_as_default=False) as client:
                client.wait_for_workers(2, timeout=90)
            yield found
        finally:
            for process in reversed(started):
                process.send_signal(signal.SIGTERM)
                try:
                    process.wait(20)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
