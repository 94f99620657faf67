"""What was found under ``--isolate`` stays locked in: whatever command runs it again, or often, or beside another."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.worlds.process import Level, isolation_here

ROOT = Path(__file__).parents[2]
TEST = "TestInitialElection2A"
WRITES = """\
import contextlib
from pathlib import Path
from base import Idle, real

class Raft(Idle):
    def attack(self):
        with contextlib.suppress(OSError):
            real("builtins").open(Path(__file__).with_name("ESCAPED"), "w")
"""
ORDERS = """\
import random
from reference import Raft as Reference

class Raft(Reference):
    def __init__(self, peers, me, persister, apply_ch):
        print(list({f"{n}" for n in range(20)}))
        super().__init__(peers, me, persister, apply_ch)
"""
CHANCE = ORDERS.replace("""list({f"{n}" for n in range(20)})""", "open('/dev/urandom', 'rb').read(8)")

Raftkit = Callable[..., "subprocess.CompletedProcess[str]"]

pytestmark = pytest.mark.skipif(
    isolation_here().level is not Level.SEALED, reason="this machine seals nothing"
)


@pytest.fixture
def raftkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Raftkit:
    """Run ``raftkit`` as a command, in a folder with an implementation that writes a file where it can."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(ROOT / "impls/reference/raft.py", "reference.py")
    shutil.copyfile(Path(__file__).parent / "hostile/base.py", "base.py")
    Path("raft.py").write_text(WRITES)

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "raftkit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


@pytest.mark.parametrize("options", ["--isolate", "--isolate --apart"])
def test_a_failure_is_repeated_as_it_was_found(raftkit: Raftkit, options: str) -> None:
    """The repeat line, its script and the replay lock in; only ``--no-isolate`` does not."""
    command = f"raftkit test {TEST} --impl raft.py --seed 3 {options}"
    done = raftkit(*command.split()[1:])
    assert done.returncode == 1
    assert f"{command}\n" in done.stdout
    (script,) = Path(".raftkit/runs/last").glob("*/repeat.sh")
    assert command in script.read_text()
    assert "\nREPEATED  the same trace" in raftkit("replay").stdout
    assert not os.path.exists("ESCAPED")

    refused = raftkit("replay", "--break-at", "1s")
    assert (refused.returncode, os.path.exists("ESCAPED")) == (4, False)
    assert "--no-isolate, if you trust that code" in refused.stderr

    assert "\nREPEATED  the same trace" in raftkit("replay", "--no-isolate").stdout
    assert os.path.exists("ESCAPED")


def test_a_debugger_and_a_lock_exclude_each_other(raftkit: Raftkit) -> None:
    """``-s`` stops in the implementation's own frames, which are in this process then."""
    done = raftkit("test", TEST, "--impl", "raft.py", "--isolate", "-s")
    assert (done.returncode, os.path.exists("ESCAPED")) == (4, False)


def test_stress_locks_in_and_its_failures_stay_so(raftkit: Raftkit) -> None:
    """In its runs, in the commands that it names, and when it goes on."""
    done = raftkit(
        "stress", TEST, "--impl", "raft.py", "--isolate", "--apart", "--seeds", "1,2", "-j", "1", "-o", "out"
    )
    assert done.returncode == 1
    assert f"raftkit test {TEST} --impl raft.py --seed 1 --isolate --apart\n" in done.stdout
    assert "\nREPEATED  the same trace" in raftkit("replay", f"out/{TEST}-1").stdout
    assert "\nPASS" not in raftkit("stress", "out", "--resume").stdout
    assert not os.path.exists("ESCAPED")


def test_bisect_locks_both_versions_in(raftkit: Raftkit) -> None:
    """The old one is no more trusted than the new one."""
    Path("new.py").write_text(WRITES + "\n# newer\n")
    done = raftkit("bisect", "raft.py", "new.py", TEST, "--isolate", "-n", "1", "-j", "1", "-o", "out")
    assert done.returncode == 0, done.stderr
    assert not list(Path.cwd().rglob("ESCAPED"))


@pytest.mark.parametrize(
    ("text", "code", "told"),
    [
        pytest.param("from reference import Raft\n", 0, "PASS", id="repeatable"),
        pytest.param(ORDERS, 0, "depends on the order of sets of strings", id="order-of-sets"),
        pytest.param(CHANCE, 3, "NotRepeatable", id="chance-of-the-machine"),
    ],
)
def test_determinism_is_checked_in_there(raftkit: Raftkit, text: str, code: int, told: str) -> None:
    """Both runs are locked in, and the second has other hashes there, too."""
    Path("raft.py").write_text(text)
    done = raftkit(
        "test", TEST, "--impl", "raft.py", "--seed", "1", "--isolate", "--check-determinism", "-j", "1"
    )
    assert (done.returncode, done.stderr) == (code, "")
    assert told in done.stdout
