"""The other commands, and how quickly the command line answers."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

import raftkit as package
from raftkit.cli._main import run


def test_help_answers_at_once_and_loads_neither_pytest_nor_the_kernel(raftkit) -> None:
    code = (
        "import sys; from raftkit.cli._main import run; run(['--help'])\n"
        "assert not {'pytest', 'rich', 'yaml', 'structlog', 'greenlet', 'msgspec', 'distributed'} & set(sys.modules)"
    )
    started = time.monotonic()
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert time.monotonic() - started < 3  # 0.1 s on a quiet machine
    for command in ("test", "suites", "new"):
        assert f"\n  {command} " in output


def test_version(raftkit) -> None:
    output = raftkit("--version")

    assert (output.returncode, output.stdout) == (0, f"raftkit {package.__version__}\n")


def test_the_launcher_of_a_checkout_is_the_same_command() -> None:
    launcher = Path(package.__file__).parent.parent / "cli.py"
    output = subprocess.run([sys.executable, str(launcher), "--version"], capture_output=True, text=True)

    assert output.stdout == f"raftkit {package.__version__}\n"


def test_suites_are_listed(raftkit) -> None:
    output = raftkit("suites")

    assert output.returncode == 0
    assert output.stdout == raftkit("suites", "list").stdout
    for part in ("2A", "2B", "2C", "2D"):
        assert f"\n{part}  " in f"\n{output.stdout}"
    assert "TestFigure82C" in output.stdout


def test_a_test_is_shown_step_by_step(lab, raftkit) -> None:
    lab()
    output = raftkit("suites", "show", "2A.yaml::TestFirst2A")

    assert output.returncode == 0
    assert output.stdout.startswith("TestFirst2A: first\n")
    assert "sleep" in output.stdout


def test_suites_are_checked_all_of_them_and_what_is_wrong_says_where(lab, raftkit) -> None:
    folder = lab()
    (folder / "bad.yaml").write_text(
        "part: 2A\ntitle: t\ntests:\n  TestX2A: {title: x, servers: 3, steps: [{jump: 1}]}\n"
    )
    output = raftkit("suites", "check", "bad.yaml", "2A.yaml")

    assert output.returncode == 4
    assert "bad.yaml:4:" in output.stderr
    assert "2A.yaml: ok, 3 tests" in output.stdout


@pytest.fixture
def skeleton(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A skeleton of our own, and an empty folder to be in."""
    (tmp_path / "impls" / "skeleton" / "__pycache__").mkdir(parents=True)
    (tmp_path / "impls" / "skeleton" / "raft.py").write_text("class Raft: ...")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("raftkit.runner.places.impls_dir", lambda: tmp_path / "impls")


@pytest.mark.usefixtures("skeleton")
def test_new_makes_a_folder_and_says_what_comes_next(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["new", "my raft"]) == 0
    assert capsys.readouterr().out == (
        "made my raft/\n"
        "  raft.py\n"
        "next:\n"
        "  raftkit test 2A --impl 'my raft'   see the first tests fail, and why\n"
        "  raftkit suites                     see what is tested\n"
    )
    assert os.listdir("my raft") == ["raft.py"]


@pytest.mark.usefixtures("skeleton")
@pytest.mark.parametrize("there", ["file", "full"])
def test_new_overwrites_nothing(capsys: pytest.CaptureFixture[str], there: str) -> None:
    if there == "file":
        Path("mine").write_text("precious")
    else:
        Path("mine").mkdir()
        Path("mine/raft.py").write_text("precious")
    before = sorted(os.walk("."))

    assert run(["new", "mine"]) == 4
    assert "nothing is overwritten" in capsys.readouterr().err
    assert sorted(os.walk(".")) == before
