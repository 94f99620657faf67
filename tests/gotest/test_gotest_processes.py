"""A test's process is read, bounded and ended, whatever it does."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from packages import LAB, gotest, make_package, needs_go

from raftkit.gotest import Case, Way, build_tests, find_package, judge, output, process, run_cases
from raftkit.gotest.words import read_words
from raftkit.model import Limits, Verdict

SPEAKER = """
func TestSpeaks2A(t *testing.T) {
	for {
		fmt.Println(strings.Repeat("all work and no play ", 1000))
		time.Sleep(time.Millisecond)
	}
}
"""


def test_of_a_long_output_the_two_ends_are_kept() -> None:
    """Where a test begins, and where it says what was wrong."""
    kept = output.Output()
    kept.feed(b"begin ")
    for _ in range(400):
        kept.feed(b"0123456789" * 1000)
    kept.feed(b" end")
    assert kept.bytes == 4_000_010
    text = kept.text
    assert text.startswith("begin 0123")
    assert text.endswith("6789 end")
    assert len(text) < 3 * output.LAST_BYTES
    assert "bytes left out" in text


@needs_go
def test_an_output_without_end_has_an_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is read all the time, and what comes then is refused."""
    monkeypatch.setattr(process, "LONGEST_OUTPUT", 1 << 24)
    package = find_package(str(make_package(tmp_path, SPEAKER, "fmt strings testing time")), impls=tmp_path)
    program, limits = build_tests(package, Way.VIRTUAL, tmp_path), Limits()
    ((case, _), (_, ended)) = run_cases(program, [Case(0, "TestSpeaks2A", 1)], 1, Way.VIRTUAL, limits)
    assert ended is not None
    result = judge(case, ended, limits, package.root)
    assert result.failure is not None
    assert (result.verdict, result.failure.kind) == (Verdict.FAILED, "OutputLimitExceeded")
    assert "all work and no play" in result.failure.details


def test_stacks_may_begin_in_the_middle_of_a_line() -> None:
    """A process is asked for them at any moment; what it had said before is told, and nothing of them."""
    words = read_words(
        "first\nall work and noSIGQUIT: quit\nPC=0x47 m=0\n\ngoroutine 7 [running]:\nrax 0x1\n", "TestX"
    )
    assert words.lines == "first\nall work and no"


LITTERS = """
func TestWrites2A(t *testing.T) {
	if err := os.WriteFile("debug.log", nil, 0o600); err != nil {
		t.Fatal(err)
	}
	fmt.Println("VERBOSE is", os.Getenv("VERBOSE"), os.Getenv("RAFTKIT_CLOCK"))
}
"""


@needs_go
def test_nothing_is_written_beside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be written to will do; log files go to a folder that is gone afterwards; -v shows output."""
    monkeypatch.setenv("VERBOSE", "2")
    lab = make_package(tmp_path / "lab", LITTERS, "fmt os testing")
    before = sorted(lab.rglob("*"))
    (lab / "src/raft").chmod(0o500)
    try:
        done = gotest(tmp_path, "--impl", "lab", "-v")
    finally:
        (lab / "src/raft").chmod(0o700)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERBOSE is 2 \n" in done.stdout
    assert sorted(lab.rglob("*")) == before
    assert list(tmp_path.iterdir()) == [lab]


SLEEPER = (
    'func TestSleeps2A(t *testing.T) { os.WriteFile(os.Getenv("TOLD"), nil, 0o600); time.Sleep(time.Hour) }\n'
)


@needs_go
@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_a_test_ends_with_whoever_runs_it(how: signal.Signals, tmp_path: Path) -> None:
    """Interrupted, the command says so; killed, it says nothing, and leaves nothing running either."""
    make_package(tmp_path, SLEEPER, "os testing time")
    told = tmp_path / "told"
    command = [sys.executable, "-P", "-m", "raftkit", "gotest", "--impl", ".", "--real"]
    running = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "TOLD": str(told)}, stdout=subprocess.PIPE, text=True
    )
    try:
        _wait_for(told.exists)
        (child,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        running.send_signal(how)
        said, _ = running.communicate(timeout=60)
        _wait_for(lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child))
        assert running.returncode == (2 if how == signal.SIGTERM else -signal.SIGKILL)
        assert ("INTERRUPTED" in said) == (how == signal.SIGTERM)
    finally:
        running.kill()
        running.wait()


def _wait_for(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120.0
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _is_zombie(pid: str) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in ("Z", "X")


@needs_go
def test_our_lab_passes_its_own_tests_and_a_seed_repeats_a_run(tmp_path: Path) -> None:
    """RPCs and bytes that the lab's tester counts are the same to the last one."""
    first, second = (
        gotest(
            tmp_path, "2A", "BasicAgree2B", "Persist12C", "SnapshotInit2D", "--impl", str(LAB), "--seed", "3"
        )
        for _ in range(2)
    )
    assert first.returncode == 0, first.stdout + first.stderr
    passed = [line for line in first.stdout.splitlines() if "Passed" in line]
    assert len(passed) == 6
    assert [line for line in second.stdout.splitlines() if "Passed" in line] == passed


@needs_go
def test_a_lab_of_the_newest_layout_is_taken(tmp_path: Path) -> None:
    """The package raft lies in raft1, and its parts are 3A to 3D: 2A means them too."""
    lab = make_package(tmp_path, "func TestInitialElection3A(t *testing.T) {}\n")
    (lab / "src/raft").rename(lab / "src/raft1")
    (lab / "src/go.mod").write_text("module 6.5840\n\ngo 1.22\n\nrequire example.com/not/there v1.0.0\n")
    done = gotest(tmp_path, "2A", "--impl", ".")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Test (3A): TestInitialElection3A ...\n  ... Passed --   0.0\n" in done.stdout
