"""Of each test that fails, one failure is kept with its trace: of the seed that the rubric names first."""

import contextlib
import shutil
from pathlib import Path

import msgspec

from raftkit.grade.rubric import GradedTest
from raftkit.grade.submissions import Prepared
from raftkit.model import Failure, Limits, Mode, Result
from raftkit.runner.past_runs import RESULT_FILE
from raftkit.runner.recipe import implementation
from raftkit.stress.evidence import case_folder, leave
from raftkit.stress.seeds import Seeds
from raftkit.stress.work import Asked

EVIDENCE, TRACES = "evidence", "traces"
UNJUDGED = "unjudged"


class _Kept(msgspec.Struct):
    """What ``result.json`` holds of it."""

    failure: Failure | None = None


def evidence_folder(grading: Path, key: str) -> Path:
    """A student's folder below a grading's: for the grader, not for the student."""
    return grading / EVIDENCE / key


def trace_folder(folder: Path, test: GradedTest, seed: int) -> Path:
    """Where a run leaves its trace; ``folder`` is the student's."""
    return folder / TRACES / case_folder(test.test.name, seed)


class Evidence:
    """Keeps what is worth it of one grading's runs."""

    def __init__(self, limits: Limits, mode: Mode) -> None:
        self._limits, self._mode = limits, mode

    def keep(self, folder: Path, test: GradedTest, prepared: Prepared, result: Result) -> None:
        """Leave the evidence of a failure, unless that of an earlier seed is there.

        Raises:
            OSError: It cannot be written.
        """
        own = trace_folder(folder, test, result.seed)
        place = test.seeds.index(result.seed)
        if any(is_whole(trace_folder(folder, test, seed)) for seed in test.seeds[:place]):
            return drop(own)
        self._leave(own, test, prepared, result)
        for seed in test.seeds[place + 1 :]:
            if is_whole(trace_folder(folder, test, seed)):
                drop(trace_folder(folder, test, seed))
        return None

    def set_aside(self, folder: Path, test: GradedTest, prepared: Prepared, result: Result) -> None:
        """Leave what there is of a run that could not be judged, for the grader.

        Raises:
            OSError: It cannot be written.
        """
        own = trace_folder(folder, test, result.seed)
        self._leave(own, test, prepared, result)
        aside = folder / UNJUDGED / own.name
        drop(aside)
        aside.parent.mkdir(exist_ok=True)
        own.rename(aside)

    def _leave(self, folder: Path, test: GradedTest, prepared: Prepared, result: Result) -> None:
        asked = Asked(
            versions=(),
            tests=(),
            seeds=Seeds(listed=(result.seed,)),
            limits=self._limits,
            mode=self._mode,
        )
        spec = str(prepared.folder / prepared.implementation)
        leave(folder, asked, test.test, implementation(spec, spec), result)


def failure_of(folder: Path) -> Failure | None:
    """The evidence that was left in a folder; None when there is none that is whole."""
    try:
        return msgspec.json.decode((folder / RESULT_FILE).read_bytes(), type=_Kept).failure
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def is_whole(folder: Path) -> bool:
    """Whether a run has ended, and left all that it leaves; one under way has not."""
    return (folder / RESULT_FILE).is_file()


def drop(folder: Path) -> None:
    """Remove a run's folder."""
    with contextlib.suppress(OSError):
        shutil.rmtree(folder)
