"""One child for all tests of a file: it is what runs a test for ``raftkit test``."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from go_runs import Run
from variants import LIMITS, ROOT

from raftkit.model import Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild


@pytest.fixture(scope="module")
def child() -> Iterator[RunnerChild]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VERBOSE", "2")
        child = RunnerChild()
        yield child
        child.close()


@pytest.fixture
def run(child: RunnerChild, tmp_path: Path) -> Run:
    """Run a test against a lab; its trace is ``trace.jsonl`` in the test's folder."""

    def run(lab: Path, test: str, seed: int = 1, mode: Mode | None = None) -> Result:
        request = RunRequest(
            suite=str(ROOT / "suites" / f"{test[-2:]}.yaml"),
            test=test,
            implementation=child.check(str(lab)),
            seed=seed,
            limits=LIMITS,
            trace_file=str(tmp_path / "trace.jsonl"),
            mode=mode or Mode(),
        )
        return child.run(request, About(part=test[-2:], title=test, servers=0))

    return run
