"""``raftkit replay``: the same again, event by event; and what it says when something has changed."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.cli._main import run

ROOT = Path(__file__).parents[2]
BROKEN = ROOT / "tests" / "broken"
MUTANTS = ROOT / "impls" / "mutants"

Raftkit = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def raftkit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Raftkit:
    """Run ``raftkit`` as a command, in an empty folder with the reference in it."""
    monkeypatch.chdir(tmp_path)
    shutil.copyfile(ROOT / "impls" / "reference" / "raft.py", tmp_path / "reference.py")

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        command = [sys.executable, "-P", "-m", "raftkit", *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    return run


def put(name: str, folder: Path = MUTANTS) -> Path:
    """Copy one of the wrong implementations to here."""
    return Path(shutil.copyfile(folder / f"{name}.py", f"{name}.py"))


@pytest.mark.parametrize(
    ("name", "test"),
    [
        ("two_leaders", "TestReElection2A"),
        ("commits_alone", "TestFailNoAgree2B"),
        ("forgets_its_log", "TestPersist12C"),
        ("raises_in_a_handler", "TestFailAgree2B"),
        ("holds_lock_over_put", "TestSnapshotBasic2D"),
    ],
)
def test_stored_failures_are_repeated_event_by_event(
    raftkit: Raftkit, capsys: pytest.CaptureFixture[str], name: str, test: str
) -> None:
    """Four seeds each: twenty failures of five kinds."""
    put(name)
    raftkit("test", test, "--impl", f"{name}.py", "--seeds", "1..4", "-q", "-j", "1")
    failures = sorted(path.parent.name for path in Path().glob(".raftkit/runs/last/*/result.json"))
    assert len(failures) == 4

    for failure in failures:
        code = run(["replay", f"last/{failure}"])
        output = capsys.readouterr()

        assert (code, output.err) == (0, "")
        assert "\nREPEATED  the same trace: raftkit logs" in output.out
        folder = Path(".raftkit/runs/last") / failure
        assert (folder / "replay.jsonl").read_bytes() == (folder / "trace.jsonl").read_bytes()


def test_a_mended_implementation_is_told_by_what_it_does_now(raftkit: Raftkit) -> None:
    file = put("two_leaders")
    raftkit("test", "TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    file.write_text(file.read_text().replace("self._is_leader |= self", "self._is_leader = self"))
    output = raftkit("replay")

    assert (output.returncode, output.stderr) == (1, "")
    assert "note: two_leaders.py has changed since\n" in output.stdout
    assert "    now: passed\n" in output.stdout
    assert (
        "used to say that it leads in term 2; now it says that it does not lead in term 2\n" in output.stdout
    )

    differing = raftkit("diff", "last", ".raftkit/runs/last/TestReElection2A-1/replay.jsonl")
    assert differing.returncode == 1
    assert "used to say that it leads in term 2" in differing.stdout
    assert raftkit("diff", "last", "last").returncode == 0


def test_a_trace_that_is_kept_elsewhere_is_found(raftkit: Raftkit) -> None:
    put("two_leaders")
    raftkit("test", "TestReElection2A", "--impl", "two_leaders.py", "--seed", "1", "--trace", "traces")
    output = raftkit("replay")

    assert output.returncode == 0
    assert "REPEATED  the same trace: raftkit logs traces/TestReElection2A-1.jsonl" in output.stdout


def test_a_test_that_hung_is_repeated_as_far_as_it_can_be_compared(raftkit: Raftkit) -> None:
    """It was ended at a moment of real time."""
    put("crashes_the_interpreter", BROKEN)
    raftkit("test", "TestInitialElection2A", "--impl", "crashes_the_interpreter.py", "--seed", "1")
    output = raftkit("replay")

    assert output.returncode == 0
    assert "REPEATED  the same as far as it can be compared" in output.stdout


def test_a_replay_with_another_implementation(raftkit: Raftkit) -> None:
    put("two_leaders")
    raftkit("test", "TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    output = raftkit("replay", "--impl", "reference")

    assert output.returncode == 1
    assert "note: the implementation is another: reference\n" in output.stdout
    assert "    now: passed\n" in output.stdout


def test_a_replay_that_is_terminated_leaves_no_process(raftkit: Raftkit) -> None:
    put("never_returns_from_c", BROKEN)
    raftkit("test", "TestInitialElection2A", "--impl", "never_returns_from_c.py", "--seed", "1")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "raftkit", "replay"], stderr=subprocess.PIPE, text=True
    )
    replayed = Path(".raftkit/runs/last/TestInitialElection2A-1/replay.jsonl")
    deadline = time.monotonic() + 30
    while not (replayed.exists() and replayed.stat().st_size):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    process.terminate()
    _, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (2, "interrupted\n")
    assert children
    assert not any(Path(f"/proc/{child}").exists() for child in children)


def test_a_folder_that_somebody_sent(raftkit: Raftkit, tmp_path: Path) -> None:
    """Neither their suite nor their implementation is here."""
    file = put("two_leaders")
    suite = Path(shutil.copyfile(ROOT / "suites" / "2A.yaml", "theirs.yaml"))
    raftkit("test", "theirs.yaml::TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    shutil.copytree(".raftkit/runs/last/TestReElection2A-1", "sent")
    shutil.rmtree(".raftkit")
    file.rename("ours.py")
    suite.unlink()
    refused = raftkit("replay", "sent")
    output = raftkit("replay", "sent", "--impl", "ours.py")

    assert refused.returncode == 4
    assert (
        f"the implementation is not here any more: {tmp_path}/two_leaders.py\n  try: raftkit replay"
        in refused.stderr
    )
    assert "note: theirs.yaml is not here: what is run again is the text that it had\n" in output.stdout
    assert "REPEATED  the same trace" in output.stdout
    assert output.returncode == 0


def test_a_suite_that_has_changed_is_run_as_it_was(raftkit: Raftkit) -> None:
    put("two_leaders")
    suite = Path(shutil.copyfile(ROOT / "suites" / "2A.yaml", "mine.yaml"))
    raftkit("test", "mine.yaml::TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    suite.write_text("part: mine\ntitle: other\ntests: {}\n")
    output = raftkit("replay", "last/TestReElection2A")

    assert "note: mine.yaml has changed since: what is run again is the text that it had\n" in output.stdout
    assert "REPEATED" in output.stdout
    assert output.returncode == 0


def test_one_test_of_two_suites_has_two_folders(raftkit: Raftkit) -> None:
    put("two_leaders")
    for folder in ("a", "b"):
        Path(folder).mkdir()
        shutil.copyfile(ROOT / "suites" / "2A.yaml", f"{folder}/mine.yaml")
    shutil.copyfile(ROOT / "suites" / "2A.yaml", "other.yaml")
    names = [f"{suite}::TestReElection2A" for suite in ("a/mine.yaml", "b/mine.yaml", "other.yaml")]
    raftkit("test", *names, "--impl", "two_leaders.py", "--seed", "1", "-j", "2")

    run = Path(".raftkit/runs/last").resolve()
    folders = sorted(path.parent for path in run.glob("*/result.json"))
    assert len(folders) == 3
    assert {json.loads((folder / "result.json").read_text())["recipe"]["suite"] for folder in folders} == {
        str(Path(name.partition("::")[0]).resolve()) for name in names
    }
    for folder in folders:
        assert raftkit("replay", str(folder)).returncode == 0


def test_repeat_sh_works_from_any_folder_without_raftkit_on_the_path(raftkit: Raftkit) -> None:
    put("two_leaders")
    raftkit("test", "TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    script = Path(".raftkit/runs/last/TestReElection2A-1/repeat.sh").absolute()
    done = subprocess.run(
        [script, "-q"], cwd="/", capture_output=True, text=True, timeout=60, env={"PATH": "/usr/bin:/bin"}
    )

    assert os.access(script, os.X_OK)
    assert done.returncode == 1
    assert "ElectionSafetyViolated" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["replay"], "no runs are kept here"),
        (["replay", "nosuch"], "no runs are kept here"),
        (["diff", "nosuch.jsonl", "nosuch.jsonl"], "nosuch.jsonl: there is no such file"),
    ],
)
def test_what_is_not_there_is_refused(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    monkeypatch.chdir(tmp_path)

    assert run(arguments) == 4
    assert message in capsys.readouterr().err


def test_damaged_and_incomplete_records_are_told(
    raftkit: Raftkit, capsys: pytest.CaptureFixture[str]
) -> None:
    put("two_leaders")
    raftkit("test", "TestReElection2A", "--impl", "two_leaders.py", "--seed", "1")
    folder = Path(".raftkit/runs/last/TestReElection2A-1")
    kept = json.loads((folder / "result.json").read_text())
    for text, message in (
        ("{", "is damaged"),
        (json.dumps({**kept, "recipe": None}), "left by an older raftkit"),
        (json.dumps({**kept, "failure": {"kind": "TotalLimit"}}), "did not fail by itself"),
    ):
        (folder / "result.json").write_text(text)

        assert run(["replay"]) == 4
        assert message in capsys.readouterr().err
