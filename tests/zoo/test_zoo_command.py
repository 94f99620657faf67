"""``raftkit zoo`` as its users meet it: what it says and writes, how it goes on, and its exit codes."""

import json
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from raftkit.cli._main import run
from raftkit.model import Mode
from raftkit.runner.places import impls_dir
from raftkit.zoo import COLUMNS, Column

RECORD = Path(".raftkit/zoo/zoo.jsonl")
HEAD = '"""Nothing, really.\n\nWritten by me.\n"""\n# breaks: liveness | Raft §5.2\n'
SOUND = "from reference import Raft as Reference\n\n\nclass Raft(Reference):\n    pass\n"


@pytest.fixture(autouse=True)
def two_small_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an empty folder, with columns of one test."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("raftkit.zoo.columns.USUAL", ("lab", "oracles"))
    for name, test in (("lab", "TestInitialElection2A"), ("oracles", "TestBasicAgree2B")):
        monkeypatch.setitem(COLUMNS, name, Column(name=name, title=test, suites=(test,), mode=Mode()))


def zoo(header: str = "", text: str = SOUND) -> Path:
    """A folder with a mutant of our own, which is none."""
    folder = Path("mine")
    folder.mkdir(exist_ok=True)
    shutil.copyfile(impls_dir() / "reference" / "raft.py", folder / "reference.py")
    (folder / "it.py").write_text(HEAD + header + text)
    return folder


def lines_of(record: Path) -> list[str]:
    """A line a run."""
    return [line for line in record.read_text().split("\n") if line]


def test_it_says_who_is_caught_by_what_and_who_is_not(capsys: pytest.CaptureFixture[str]) -> None:
    """By columns; the same for programs, and as a page."""
    options = ["--seeds", "2", "-j", "1", "--json", "zoo.json", "--out", "zoo.md"]
    for name in ("applies_twice", "never_elects"):
        text = (impls_dir() / "mutants" / f"{name}.py").read_text()
        (zoo() / f"{name}.py").write_text(text.replace("# caught: ", "# it was caught: "))
    assert run(["zoo", "applies_twice", "never_elects", "--mutants", "mine", *options]) == 0
    told = capsys.readouterr().out
    assert "lab kills 1 of 2\noracles kills 2 of 2; 1 of them by nothing before: applies_twice" in told
    assert "survivors of 2 seeds: nobody" in told
    written = json.loads(Path("zoo.json").read_text())
    assert written["is_complete"]
    assert [row["cells"]["lab"]["kind"] for row in written["mutants"]] == ["", "NoLeader"]
    assert "1 seed: TestInitialElection2A, NoLeader" in Path("zoo.md").read_text()


def test_a_header_that_is_not_kept_ends_it_with_1(capsys: pytest.CaptureFixture[str]) -> None:
    """And says where; a header that expects nothing is content."""
    options = ["--mutants", "mine", "--columns", "lab", "--seeds", "1", "it"]
    zoo("# caught: lab 1 TestInitialElection2A\n")
    assert run(["zoo", *options]) == 1
    assert "it.py: expected `lab 1 TestInitialElection2A`, found: -" in capsys.readouterr().out
    zoo("# caught: lab -\n")
    assert run(["zoo", *options]) == 0


def test_what_was_found_is_written_into_the_files() -> None:
    """Only of the columns that were asked for; a hunt for it again finds the same."""
    broken = SOUND.replace("pass", "def _run_ticker(self) -> None: ...")
    file = zoo(text=broken) / "it.py"
    assert run(["zoo", "--mutants", "mine", "--columns", "lab", "--seeds", "1", "--headers", "it"]) == 0
    assert "# caught: lab 1 TestInitialElection2A\n" in file.read_text()
    assert run(["zoo", "--mutants", "mine", "--seeds", "1", "--headers", "it"]) == 0
    assert "# caught: lab 1 TestInitialElection2A | oracles 1 TestBasicAgree2B\n" in file.read_text()


def test_the_control_goes_the_same_way(capsys: pytest.CaptureFixture[str]) -> None:
    """Where all are hunted."""
    zoo()
    assert run(["zoo", "--mutants", "mine", "--seeds", "1", "-j", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("reference ") and "not caught by 1 seed" in line for line in lines) == 2
    assert "survivors of 1 seed: it" in lines


def test_it_goes_on_where_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    """What is known is not run again, and more seeds are just more runs."""
    zoo()
    options = ["--mutants", "mine", "--columns", "lab", "it"]
    assert run(["zoo", *options, "--seeds", "2"]) == 0
    known = RECORD.read_bytes()
    assert run(["zoo", *options, "--seeds", "2", "--resume"]) == 0
    assert RECORD.read_bytes() == known
    assert run(["zoo", *options, "--seeds", "3", "--resume"]) == 0
    assert RECORD.read_bytes().startswith(known)
    assert [json.loads(line)["seed"] for line in lines_of(RECORD)] == [1, 2, 3]
    assert run(["zoo", *options, "--seeds", "1"]) == 0
    assert len(lines_of(RECORD)) == 1
    capsys.readouterr()


def test_what_passed_under_stricter_eyes_is_not_run_again(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A column with fewer judges takes it over; what a stricter judge convicts, it looks at itself."""
    zoo()
    same = replace(COLUMNS["oracles"], name="lab", follows="oracles")
    monkeypatch.setitem(COLUMNS, "lab", same)
    assert run(["zoo", "it", "--mutants", "mine", "--seeds", "2", "-j", "1"]) == 0
    assert [json.loads(line)["column"] for line in lines_of(RECORD)] == ["oracles"] * 2
    assert run(["zoo", "applies_twice", "--seeds", "2", "-j", "1"]) == 0
    assert [json.loads(line)["column"] for line in lines_of(RECORD)] == ["oracles", "lab"]
    capsys.readouterr()


def test_ctrl_c_keeps_what_is_known_and_leaves_nobody_behind(tmp_path: Path) -> None:
    """Exit code 2, a record of whole lines, and neither page nor headers from half a hunt."""
    zoo()
    before = Path("mine/it.py").read_text()
    command = [sys.executable, "-P", "-m", "raftkit", "zoo", "it", "--mutants", "mine", "--seeds", "1000"]
    options = ["-j", "2", "--out", "zoo.md", "--headers"]
    hunt = subprocess.Popen([*command, *options], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
    try:
        deadline = time.monotonic() + 60
        while not (RECORD.exists() and RECORD.stat().st_size > 1000) and time.monotonic() < deadline:
            time.sleep(0.05)
        hunt.send_signal(signal.SIGINT)
        told, _ = hunt.communicate(timeout=60)
    finally:
        hunt.kill()
    assert hunt.returncode == 2
    assert "interrupted; raftkit zoo --resume goes on" in told
    assert "survivors" not in told
    assert [json.loads(line)["mutant"] for line in lines_of(RECORD)]
    assert not Path("zoo.md").exists()
    assert Path("mine/it.py").read_text() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["nobody"], "has no mutant 'nobody'"),
        (["--columns", "luck"], "there is no column 'luck'"),
        (["--seeds", "0"], "is no number of seeds"),
        (["--mutants", "nowhere"], "has no Python files"),
        (["--out", "nowhere/zoo.md"], "cannot be written"),
    ],
)
def test_a_slip_ends_it_before_it_begins(
    capsys: pytest.CaptureFixture[str], options: list[str], message: str
) -> None:
    """With exit code 4 and a sentence."""
    assert run(["zoo", *options]) == 4
    assert message in capsys.readouterr().err.replace("\n", " ").replace("│", "")
    assert not RECORD.exists()
