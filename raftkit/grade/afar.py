"""What a worker of a farm does with a task, and how it tells what came of it."""

import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import cache, partial
from pathlib import Path

import msgspec

from raftkit.farm import FarmError
from raftkit.farm.bundle import Bundle, pack
from raftkit.farm.telling import Told, heard, heard_run, tell
from raftkit.farm.workshop import Workshop, is_called_off, workshop
from raftkit.grade.task import Outcome, Task
from raftkit.grade.worker import Worker
from raftkit.runner.parent import Stopped
from raftkit.runner.past_runs import TRACE_FILE

_ASK = "from raftkit.worlds.process import isolation_here; print(isolation_here().level)"


class TaskTold(msgspec.Struct, frozen=True):
    """What came of a task: the fields of an Outcome.

    Attributes:
        run: The run; None for a look, and for what was refused.
        refused: Why the submission cannot be plugged in.
        unjudged: Why this says nothing about the submission.
        tries: How often it was made.
        trouble: Why this worker cannot take part.
    """

    run: Told | None = None
    refused: str = ""
    unjudged: str = ""
    tries: int = 1
    trouble: str = ""


def bundle_for(task: Task, suites: Iterable[str], isolation: str) -> Bundle:
    """Pack a submission with all its files, and the suites of its tests.

    Raises:
        ContractError: It is no Python file.
        FarmError: It is too much, or cannot be read.
    """
    return pack([task.implementation], suites, isolation.encode(), whole_folders=True)


def make_task(bundle: Bundle, task: Task) -> bytes:
    """Make a task on this worker, and tell what came of it: a :class:`TaskTold`."""
    try:
        shop = workshop(bundle)
        if task.mode.isolate:
            _refuse_another_jail(bundle.order.decode(), isolation_level())
        told = _make(shop, task)
    except (FarmError, OSError) as error:
        told = TaskTold(trouble=str(error))
    except Stopped:
        told = TaskTold()  # nobody listens
    return msgspec.msgpack.encode(told)


def _refuse_another_jail(wanted: str, found: str) -> None:
    if found != wanted:
        raise FarmError(
            "a worker's machine locks submissions in differently from the one that grades\n"
            f"  expected   {wanted}\n"
            f"  observed   {found}\n"
            "  try        raftkit doctor there: it says what is missing for more"
        )


@cache
def isolation_level() -> str:
    """How far this machine locks in; asked in a process of its own, of which nothing stays."""
    answer = subprocess.run([sys.executable, "-P", "-c", _ASK], capture_output=True, text=True, check=False)
    return answer.stdout.strip() or "none"


def _make(shop: Workshop, task: Task) -> TaskTold:
    with shop.scratch() as scratch, shop.borrowed(partial(Worker, is_called_off, cwd=shop.cwd)) as worker:
        folder = scratch / "run"
        outcome = worker.make(_in_here(task, shop, folder))
        run = None if outcome.result is None else tell(shop, outcome.result, folder / TRACE_FILE)
    return TaskTold(run, shop.told(outcome.refused), shop.told(outcome.unjudged), outcome.tries)


def _in_here(task: Task, shop: Workshop, folder: Path) -> Task:
    """The task, with the paths that its files have here."""
    test = task.test and msgspec.structs.replace(task.test, suite=str(shop.path(task.test.suite)))
    implementation = str(shop.path(task.implementation))
    return msgspec.structs.replace(task, implementation=implementation, test=test, folder=str(folder))


def outcome_of(data: bytes, task: Task) -> tuple[Outcome, bytes | None]:
    """Read what a worker tells of a task: the outcome, and its trace if there is one worth keeping.

    Raises:
        FarmError: The worker cannot take part, or says what no worker says.
    """
    told = heard(data, TaskTold)
    if told.trouble:
        raise FarmError(told.trouble)
    if (told.run is None) != (task.test is None or bool(told.refused)):
        raise FarmError(f"a worker told of {task.student}'s run what no worker tells")
    result, trace = (None, None) if told.run is None else heard_run(told.run, task.seed)
    if result is not None:
        result = replace(result, trace_file=str(Path(task.folder) / TRACE_FILE))
    outcome = Outcome(
        task=task, result=result, refused=told.refused, unjudged=told.unjudged, tries=told.tries
    )
    return outcome, trace
