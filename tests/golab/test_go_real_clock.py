"""``--clock real``: told wherever a run is told of, and never said to repeat."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from variants import LAB, ROOT, VARIANTS, make_variant, needs_go

PYTHON_LAB = str(ROOT / "impls" / "reference")


def raftkit(*words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "raftkit", *words]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, timeout=300, check=False)


@needs_go
def test_a_failure_by_the_real_clock_is_run_once_more_and_not_repeated(tmp_path: Path) -> None:
    """The header, the failure, the JSON file and the commands that need a seed say so."""
    lab = make_variant(VARIANTS["does-not-persist"], tmp_path)
    test = ["TestPersist12C", "--impl", str(lab), "--clock", "real", "--seed", "1", "--json", "r.json"]
    done = raftkit("test", *test, cwd=tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "(on the real clock: the seed does not repeat this run)" in done.stdout
    assert f"      again      raftkit test TestPersist12C --impl {lab} --seed 1 --clock=real\n" in done.stdout
    assert "   repeat   " not in done.stdout
    assert "raftkit shrink" not in done.stdout
    (reported,) = json.loads((tmp_path / "r.json").read_text())["tests"]
    assert reported["clock"] == "real"
    for command in ("replay", "shrink"):
        refused = raftkit(command, cwd=tmp_path)
        assert refused.returncode == 4, refused.stdout
        assert "TestPersist12C ran on the real clock, and no such run can be repeated" in refused.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(
            [PYTHON_LAB], "an implementation in Python cannot be run with --clock real", id="python"
        ),
        pytest.param(
            [str(LAB), "--apart"], "cannot be run with --clock real and --apart", id="apart", marks=needs_go
        ),
        pytest.param(
            [str(LAB), "--check-determinism"], "no two runs on the real clock are the same", id="run-twice"
        ),
    ],
)
def test_the_real_clock_is_refused_where_it_cannot_be(words: list[str], said: str, tmp_path: Path) -> None:
    """A sentence and exit code 4."""
    done = raftkit("test", "TestInitialElection2A", "--clock", "real", "--impl", *words, cwd=tmp_path)
    assert done.returncode == 4, done.stdout
    assert said in " ".join(done.stderr.replace("│", " ").split())
