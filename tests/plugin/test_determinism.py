"""``--check-determinism``: what can be repeated, what hangs on the order of sets, and what cannot be repeated."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAD = "from reference import Raft as Reference\n\nclass Raft(Reference):\n    def start(self, command):\n"


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Run a test of the reference twice, its ``start`` changed; exit code, result and output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RAFTKIT_CHILD_MODULE")
    shutil.copyfile(ROOT / "impls" / "reference" / "raft.py", tmp_path / "reference.py")

    def check(*body: str):
        lines = [*body, "return super().start(command)"]
        (tmp_path / "mine.py").write_text(HEAD + "".join(f"        {line}\n" for line in lines))
        command = [sys.executable, "-P", "-m", "raftkit", "test", "TestBasicAgree2B", "--impl", "mine.py"]
        command += ["--seed", "1", "--check-determinism", "--json", "out.json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120)
        assert done.stderr == ""
        return done.returncode, json.loads(Path("out.json").read_text())["tests"][0], done.stdout

    return check


def test_what_can_be_repeated_passes_and_leaves_nothing_behind(check, tmp_path: Path) -> None:
    code, result, _ = check()

    assert (code, result["verdict"], result["warnings"]) == (0, "passed", [])
    assert list(tmp_path.glob("**/*.jsonl")) == []


def test_the_order_of_a_set_is_worth_a_warning(check) -> None:
    """Raftkit fixes PYTHONHASHSEED, so that the run itself can be repeated."""
    code, result, output = check("print(list({f'key {number}' for number in range(50)}))")

    assert (code, result["verdict"]) == (0, "passed")
    assert "depends on the order of sets of strings, or on hash(): with another PYTHONHASHSEED" in output


def test_what_cannot_be_repeated_is_nobodys_verdict(check) -> None:
    """A module in C has a random number generator of its own."""
    code, result, output = check(
        "print(__import__('sqlite3').connect(':memory:').execute('select random()').fetchone())"
    )

    assert (code, result["verdict"]) == (3, "error")
    assert result["failure"]["kind"] == "NotRepeatable"
    assert result["failure"]["summary"].startswith("two runs with seed 1 part at 0.")
    assert "second run:" in result["failure"]["details"]
    assert "logs 'PRNT" in result["failure"]["observed"]
    assert result["repeat"].endswith("--check-determinism")
    assert "NotRepeatable: two runs with seed 1 part" in output
