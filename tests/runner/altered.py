"""Runs the reference with some of its text replaced."""

from pathlib import Path

from raftkit.model import Limits, Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case
from raftkit.suite import suites_dir

IMPLS = Path(__file__).parents[2] / "impls"


def run(
    folder: Path, mode: Mode | None = None, test: str = "TestInitialElection2A", *, suite: Path | None = None
) -> Result:
    """Run the implementation in a folder."""
    return run_case(
        RunRequest(
            suite=str(suite or suites_dir() / f"{test[-2:]}.yaml"),
            test=test,
            implementation=str(folder),
            seed=1,
            limits=Limits(),
            mode=mode or Mode(),
            trace_file=str(folder / "trace.jsonl"),
        )
    )


def wrong(folder: Path, *changes: tuple[str, str], original: str = "reference") -> Path:
    """The reference with some of its text replaced."""
    text = (IMPLS / original / "raft.py").read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "raft.py").write_text(text)
    return folder
