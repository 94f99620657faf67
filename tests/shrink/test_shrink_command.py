"""``raftkit shrink`` as users have it: from a failure to a suite that fails in the same way."""

import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.suite import load_suite

ROOT = Path(__file__).parents[2]
MUTANTS = ROOT / "impls" / "mutants"
SIZES = re.compile(
    r"(\d+) steps → (\d+), (\d) servers → (\d), (.+) s → (.+) s, (\d+) events → (\d+)   \((\d+) runs; (.+)\)"
)

Raftkit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def raftkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Raftkit:
    """Run ``raftkit`` as a command, in a folder with an implementation that forgets its log."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(MUTANTS / "forgets_its_log.py", tmp_path / "mine.py")
    shutil.copyfile(MUTANTS / "reference.py", tmp_path / "reference.py")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "raftkit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


def test_a_failure_becomes_a_small_suite_that_fails_in_the_same_way(raftkit: Raftkit) -> None:
    """Found by its run's name, written here, repeated by the command that the file names, passed by who is sound."""
    failed = raftkit("test", "TestPersist12C", "--impl", "mine.py", "--seed", "1", "-j", "1")
    command = re.search(r"smaller +raftkit (.*)", failed.stdout)
    assert command is not None
    done = raftkit(*command[1].split(), "-j", "1", "--for", "10m")

    assert (done.returncode, done.stderr) == (0, "")
    sizes = SIZES.search(done.stdout)
    assert sizes is not None, done.stdout
    assert int(sizes[2]) <= 4 < int(sizes[1])
    assert int(sizes[4]) <= 3
    assert int(sizes[8]) < int(sizes[7])
    assert sizes[10] == "nothing gets smaller"

    text = Path("TestPersist12C-1.yaml").read_text()
    again = re.search(r"#   raftkit (.*)", text)
    assert again is not None
    assert text.startswith("# LeaderCompletenessViolated: the leader of term")
    assert "title: LeaderCompletenessViolated, shrunk\n" in text
    seen = raftkit(*again[1].split())
    assert seen.returncode == 1
    assert "    LeaderCompletenessViolated: the leader of term" in seen.stdout
    sound = again[1].replace("mine.py", "reference.py")
    assert raftkit(*sound.split()).returncode == 0


TWO = """\
part: X
tests:
  TestNothing:
    servers: 3
    must_happen: [snapshot_installed]
    steps:
      - check_one_leader
  TestForgets:
    servers: 3
    steps:
      - agree: {command: 11, servers: all}
      - restart: all
      - agree: {command: 12, servers: all}
"""


def test_of_a_run_the_first_that_failed_is_shrunk(raftkit: Raftkit) -> None:
    """What was vacuous says nothing against anybody; named, it is refused. So it is for all who take a run."""
    Path("two.yaml").write_text(TWO)
    assert raftkit("test", "two.yaml", "--impl", "mine.py", "--seed", "1", "-j", "1").returncode == 1
    done = raftkit("shrink", "--for", "1s", "-j", "1")
    assert "written   TestForgets-1.yaml\n" in done.stdout, done.stderr
    replayed = raftkit("replay").stdout
    assert "TestForgets, seed 1" in replayed
    assert "REPEATED" in replayed
    refused = raftkit("shrink", "last/TestNothing-1")
    assert refused.returncode == 4
    assert "does not fail with mine.py and seed 1: it ends as vacuous" in refused.stderr


def test_what_is_found_does_not_depend_on_how_many_run_at_a_time(raftkit: Raftkit) -> None:
    """The same file, with one and with three; also from a test and a seed, without a run before."""
    texts = []
    for jobs in ("1", "3"):
        out = f"{jobs}.yaml"
        done = raftkit(
            *("shrink", "--test", "TestPersist12C", "--impl", "mine.py", "--seed", "1"),
            *("-j", jobs, "-o", out, "--for", "10m"),
        )
        assert done.returncode == 0, done.stderr
        texts.append(Path(out).read_text().replace(out, "FILE"))
    assert texts[0] == texts[1]


def test_a_file_that_is_there_stays(raftkit: Raftkit) -> None:
    """What somebody has kept, and changed, is not written over; only where a name was given."""
    Path("TestPersist12C-1.yaml").write_text("mine")
    arguments = ("shrink", "--test", "TestPersist12C", "--impl", "mine.py", "--seed", "1", "--for", "100ms")
    assert "written   TestPersist12C-1.2.yaml\n" in raftkit(*arguments).stdout
    assert Path("TestPersist12C-1.yaml").read_text() == "mine"
    raftkit(*arguments, "-o", "TestPersist12C-1.yaml")
    assert load_suite("TestPersist12C-1.yaml").tests[0].id == "TestPersist12C"


def test_what_is_known_when_time_is_up_or_somebody_wants_an_end_is_written(
    raftkit: Raftkit, tmp_path: Path
) -> None:
    """It fails, though it could be smaller."""
    arguments = ["--test", "TestPersist12C", "--impl", "mine.py", "--seed", "1", "-j", "1"]
    done = raftkit("shrink", *arguments, "--for", "1ms", "-o", "late.yaml")
    assert done.returncode == 0
    assert "time is up: --for 10m looks further)" in done.stdout
    assert raftkit("test", "late.yaml", "--impl", "mine.py", "--seed", "1").returncode == 1

    command = [sys.executable, "-P", "-m", "raftkit", "shrink", *arguments, "-o", "cut.yaml"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    while "cut" not in process.stdout.readline():
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    assert "interrupted: this is the smallest so far)" in process.communicate(timeout=60)[0]
    assert process.returncode == 2
    assert raftkit("test", "cut.yaml", "--impl", "mine.py", "--seed", "1").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--test", "TestPersist12C", "--impl", "reference.py", "--seed", "1"), "it ends as passed"),
        (("--test", "2C", "--impl", "mine.py", "--seed", "1"), "means 8 tests: name one"),
        (("--test", "TestPersist12C", "--impl", "mine.py"), "a test and its seed go together"),
        (("last", "--test", "TestPersist12C", "--seed", "1"), "name a run or a test, not both"),
        (("--test", "TestPersist12C", "--seed", "1", "-o", "nowhere/x.yaml"), "cannot be written"),
        ((), "no runs are kept here"),
    ],
)
def test_what_cannot_be_shrunk_is_refused(raftkit: Raftkit, arguments: tuple[str, ...], says: str) -> None:
    """In a sentence, before anything is searched."""
    began = time.monotonic()
    done = raftkit("shrink", *arguments)
    assert done.returncode == 4
    assert says in done.stderr
    assert time.monotonic() - began < 60
