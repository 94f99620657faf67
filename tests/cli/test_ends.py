"""Ends that nobody plans: a full disk, a closed terminal, an output that goes nowhere. Results so far are kept."""

import fcntl
import json
import os
import resource
import subprocess
import sys
import termios
from collections.abc import Iterator
from pathlib import Path

import pytest

RAFTKIT = [sys.executable, "-m", "raftkit"]
FAIL_SECOND = (
    "if 'Second' in request.test:",
    "    return {'verdict': Verdict.FAILED, 'failure': Failure(kind='Broken', summary='it broke')}",
)


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A file system of 64 KiB, and we in it."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        subprocess.run(mount, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"no file system can be mounted here: {error}")
    monkeypatch.chdir(disk)
    yield disk
    monkeypatch.chdir(tmp_path)
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_disk_that_fills_up_costs_traces_and_nothing_else(small_disk: Path, raftkit) -> None:
    """The real thing, whose traces are longer than the disk."""
    output = raftkit("test", "2A", "--impl", "reference", "--seed", "1", "-j", "1", "--json", "out.json")

    assert (output.returncode, output.stderr) == (0, "")
    assert "warning: the trace of TestManyElections2A is not complete: No space left" in output.stdout
    assert len(json.loads(Path("out.json").read_text())["tests"]) == 3


def test_a_disk_that_is_full_from_the_first_is_told_and_the_verdict_stands(small_disk: Path, raftkit) -> None:
    (small_disk / "everything").write_bytes(b"x" * 64 * 1024)
    output = raftkit(
        "test", "TestInitialElection2A", "--impl", "reference", "--json", "out.json", "--seed", "1"
    )

    assert output.returncode == 3  # a report was asked for, and is not there
    assert output.stdout.count("results could not be written to out.json: No space left on device") == 1
    assert "PASS  1 passed" in output.stdout
    assert not Path("out.json").exists()


def test_on_a_disk_that_is_read_only_the_run_goes_on_without_traces(small_disk: Path, raftkit) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    output = raftkit("test", "TestInitialElection2A", "--impl", "reference", "--seed", "1")

    assert (output.returncode, output.stderr) == (0, "")
    assert "warning: no run folder" in output.stdout
    assert "warning: no traces are kept" in output.stdout


def test_what_was_written_before_the_disk_was_full_stays_whole(lab) -> None:
    """With a limit on the length of files in the disk's place: the report grows beyond it."""
    lab(*FAIL_SECOND)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1500, 1500))

    command = [*RAFTKIT, "test", "2A.yaml", "-j", "1", "--json", "out.json", "--seed", "7"]
    output = subprocess.run(command, capture_output=True, text=True, preexec_fn=limit, timeout=60)

    report = json.loads(Path("out.json").read_text())
    assert (output.returncode, output.stderr) == (1, "")
    assert "results could not be written to out.json: File too large" in output.stdout
    assert (report["verdict"], [test["id"] for test in report["tests"]]) == ("incomplete", ["TestFirst2A"])
    assert [path.name for path in Path().glob(".out*")] == []


@pytest.mark.parametrize("option", ["--json", "--junit"])
def test_a_report_that_cannot_be_written_in_the_end_is_no_success(lab, raftkit, option: str) -> None:
    lab()
    output = raftkit("test", "2A.yaml", "-j", "1", option, "/dev/full")

    assert output.returncode == 3
    assert "could not be written" in output.stdout
    assert "PASS  3 passed" in output.stdout


def test_an_output_that_cannot_be_written_stops_the_run(lab) -> None:
    lab()
    with open("/dev/full", "w") as full:
        command = [*RAFTKIT, "test", "2A.yaml", "--seeds", "1..20", "-j", "1", "--json", "out.json"]
        output = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60)

    assert output.returncode == 2
    assert output.stderr == "the output cannot be written: No space left on device\n"
    report = json.loads(Path("out.json").read_text())
    assert report["verdict"] == "interrupted"
    assert 1 <= len(report["tests"]) < 60


def test_other_commands_on_a_full_disk_say_so_in_a_sentence(lab) -> None:
    lab()
    with open("/dev/full", "w") as full:
        output = subprocess.run(
            [*RAFTKIT, "suites"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )

    assert output.returncode == 3
    assert "No space left on device" in output.stderr
    assert "Traceback" not in output.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_disturb_nothing(lab, closed: str) -> None:
    lab(*FAIL_SECOND)
    command = f"{sys.executable} -m raftkit test 2A.yaml -j 2 --json out.json {closed}"

    assert subprocess.run(command, shell=True, timeout=60, capture_output=True).returncode == 1
    assert json.loads(Path("out.json").read_text())["verdict"] == "failed"


def test_a_terminal_that_is_closed_interrupts_the_run(lab) -> None:
    """The window is gone: SIGHUP comes, and every write fails."""
    lab("time.sleep(0.02)")
    ours, theirs = os.openpty()
    command = [*RAFTKIT, "test", "2A.yaml", "--seeds", "1..200", "-j", "2", "--json", "out.json"]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), env={**os.environ, "TERM": "xterm"},
    )  # fmt: skip
    os.close(theirs)
    shown = b""
    while b"Passed" not in shown:
        shown += os.read(ours, 1000)
    os.close(ours)

    assert process.wait(timeout=60) == 2
    report = json.loads(Path("out.json").read_text())
    assert report["verdict"] == "interrupted"
    assert len(report["tests"]) >= 1


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    command = f"cd {gone} && rmdir {gone} && {sys.executable} -P -m raftkit test TestInitialElection2A"
    output = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)

    assert output.returncode == 4
    assert output.stderr == "the current folder is gone; cd to one that exists\n"
