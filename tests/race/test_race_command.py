"""``--race`` as a command: what it says, what it leaves, and that it happens again."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RACY = str(HERE / "counts_calls_without_a_lock.py")
TEST = ("TestReElection2A", "--impl", RACY)


def raftkit(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run ``raftkit``."""
    command = [sys.executable, "-m", "raftkit", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def test_a_race_fails_a_test_and_is_replayed(tmp_path: Path) -> None:
    """Exit code, JSON, the line that repeats it, and the same trace again."""
    done = raftkit(tmp_path, "test", *TEST, "--seed", "1", "--race", "--json", "out.json")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DataRace: server " in done.stdout
    (test,) = json.loads((tmp_path / "out.json").read_text())["tests"]
    assert test["failure"]["kind"] == "DataRace"
    assert "in Raft._run_call, holding no lock" in test["failure"]["observed"]
    assert test["repeat"].endswith("--seed 1 --race")
    replayed = raftkit(tmp_path, "replay")
    assert "REPEATED" in replayed.stdout, replayed.stdout + replayed.stderr


@pytest.mark.parametrize("options", [["--preempt"], []], ids=["preempt", "usual"])
def test_who_does_not_ask_is_not_told(tmp_path: Path, options: list[str]) -> None:
    """Counting wrongly harms nobody."""
    done = raftkit(tmp_path, "test", *TEST, "--seed", "1", *options)
    assert done.returncode == 0, done.stdout + done.stderr


def test_locked_worlds_tell_it_too(tmp_path: Path) -> None:
    """Each server in a process of its own; what it says crosses the border."""
    impl = tmp_path / "raft.py"
    impl.write_text(
        (HERE / "reference.py")
        .read_text()
        .replace(
            "with self._lock:\n            return self.current", "if True:\n            return self.current"
        )
    )
    done = raftkit(tmp_path, "test", "TestReElection2A", "--seed", "1", "--race", "--isolate", "--apart")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "DataRace: server " in done.stdout
    assert "--seed 1 --isolate --apart --race" in done.stdout


def test_many_seeds_are_one_group(tmp_path: Path) -> None:
    """``raftkit stress --race``, with the command that repeats the first."""
    done = raftkit(tmp_path, "stress", *TEST, "--seeds", "1..3", "-j", "1", "--race")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "3 of 3 failed" in done.stdout
    assert "--race" in done.stdout
