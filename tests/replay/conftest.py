"""The reference, changed in one place, and its traces."""

from collections.abc import Callable
from pathlib import Path

import pytest

from raftkit.model import Limits
from raftkit.runner import RunRequest
from raftkit.runner.case import run_case

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "impls" / "reference" / "raft.py"

Write = Callable[..., Path]


@pytest.fixture
def changed(tmp_path: Path) -> Write:
    """``changed(old, new)``: write the reference with one piece of its text replaced."""

    def write(old: str = "", new: str = "", name: str = "raft.py") -> Path:
        text = REFERENCE.read_text()
        assert old in text, f"the reference has changed: {old}"
        path = tmp_path / name
        path.write_text(text.replace(old, new, 1) if old else text)
        return path

    return write


@pytest.fixture
def trace_of(tmp_path: Path) -> Callable[..., Path]:
    """``trace_of(implementation, test, seed)``: run it in this process; the trace."""

    def run(implementation: Path, test: str = "TestBackup2B", seed: int = 1) -> Path:
        trace = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        run_case(
            RunRequest(
                suite=str(ROOT / "suites" / f"{test[-2:]}.yaml"),
                test=test,
                implementation=str(implementation),
                seed=seed,
                limits=Limits(),
                trace_file=str(trace),
            )
        )
        return trace

    return run
