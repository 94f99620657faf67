"""From what people name to a book: finds implementation and tests, makes the folder."""

import os
import time
from collections.abc import Sequence
from pathlib import Path

from raftkit.contract import locate
from raftkit.report.failure import near
from raftkit.runner.past_runs import RUNS, past_runs
from raftkit.runner.places import impls_dir
from raftkit.runner.recipe import Implementation, implementation
from raftkit.runner.runs_folder import RunsFolder
from raftkit.stress.book import Book
from raftkit.stress.seeds import Seeds
from raftkit.stress.work import ASKED_FILE, Asked, StressError, Tested
from raftkit.suite import Test, suites_dir


def tested(tests: Sequence[Test]) -> tuple[Tested, ...]:
    """Name the tests of a run, each unlike all others."""
    found: dict[str, Tested] = {}
    for test in tests:
        suite = os.path.abspath(test.suite)
        tries = [
            test.id,
            f"{test.id}.{Path(suite).stem}",
            *(f"{test.id}.{n}" for n in range(2, len(tests) + 2)),
        ]
        name = next(name for name in tries if name not in found)
        is_lab = Path(suite).parent == suites_dir().resolve()
        found[name] = Tested(
            name=name,
            id=test.id,
            command=test.id if is_lab else f"{test.suite}::{test.id}",
            suite=suite,
            part=test.part,
            title=test.title,
            servers=test.servers,
            cost=test.cost,
        )
    return tuple(found.values())


def tested_version(named: str) -> Implementation:
    """Find an implementation.

    Raises:
        ContractError: There is no such thing.
    """
    return implementation(named, locate(named, impls=impls_dir()).spec)


def run_folder(output: Path | None, seeds: Seeds) -> Path:
    """The folder of a new run: the one that was asked for, or a new one below ``.raftkit/runs``."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    return (output or RUNS / f"{moment}-{seeds.at(0)}-{os.getpid()}").resolve()


def begin(asked: Asked, folder: Path, jobs: int) -> Book:
    """Make the run's folder and open its book.

    Raises:
        StressError: The folder is another run's, or cannot be written.
    """
    if (folder / ASKED_FILE).exists():
        raise StressError(
            f"{near(str(folder))} holds a stress run already\n  try: --resume, or another folder"
        )
    try:
        if folder.parent == RUNS.resolve():
            RunsFolder(folder).open()
        folder.mkdir(parents=True, exist_ok=True)
        asked.save(folder)
    except OSError as error:
        raise StressError(
            f"{near(str(folder))} cannot be written: {error.strerror}\n"
            "  try: -o DIR, a folder for the results: a stress run keeps them on disk as they come"
        ) from None
    return Book(folder, asked, jobs)


def find_stress_run(name: str) -> Path:
    """Find the folder of a stress run: a path, a run's id or its beginning; the last one for no name.

    Raises:
        StressError: There is none, or more than one.
    """
    if name and (Path(name) / ASKED_FILE).is_file():
        return Path(name).resolve()
    known = [run for run in past_runs() if (run.path / ASKED_FILE).is_file()]
    fitting = [run for run in known if run.id.startswith(name)]
    if name and len(fitting) > 1:
        raise StressError(f"{name!r} fits more than one run: {', '.join(run.id for run in fitting[:5])}")
    if not fitting:
        advice = f"the last was {known[0].id}" if known else "raftkit stress begins one"
        raise StressError(f"there is no stress run {name!r}".replace(" ''", "") + f"\n  try: {advice}")
    return fitting[0].path.resolve()
