"""Where the racy servers lie, and how one of them is run."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from raftkit.model import Limits, Mode, Result
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

ROOT = Path(__file__).parents[2]

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """``run(file, "TestBasicAgree2B", seed, Mode(race=True))``: the result, from a child as users have it."""
    child = RunnerChild()
    folder = tmp_path_factory.mktemp("traces")

    def run_it(implementation: Path, test: str, seed: int, mode: Mode) -> Result:
        request = RunRequest(
            suite=str(ROOT / "suites" / f"{test[-2:]}.yaml"),
            test=test,
            implementation=str(implementation),
            seed=seed,
            limits=Limits(),
            trace_file=str(folder / "trace.jsonl"),
            mode=mode,
        )
        return child.run(request, About(part=test[-2:], title=test, servers=3))

    yield run_it
    child.close()
