"""Which run people mean: ``last``, a run's id or its beginning, a test in it, a path.

One function for every command that takes a run.
"""

from pathlib import Path

from raftkit.runner.past_runs import (
    RESULT_FILE,
    RUN_FILE,
    RUNS,
    TRACE_FILE,
    NoSuchRun,
    RunFolder,
    past_runs,
)
from raftkit.runner.runs_folder import LAST

_FILE_ENDINGS = (".jsonl", ".json", ".log", ".txt", ".out")


def find_run(name: str = LAST, runs: Path = RUNS) -> RunFolder:
    """Return the run that people mean.

    Args:
        name: ``last``; a run's id, or a beginning that fits one alone; ``<run>/<test>-<seed>``, or
            ``<run>/<test>`` where that is enough; the path of a run's or a test's folder.
        runs: The folder of runs.

    Raises:
        NoSuchRun: There is none, or the beginning fits several.
    """
    path = Path(name)
    if path.is_dir() and (path / RUN_FILE).is_file():
        return RunFolder(path.resolve())
    if path.is_dir() and any((path / file).is_file() for file in (RESULT_FILE, TRACE_FILE)):
        return RunFolder(path.resolve().parent, path.resolve().name)
    run_name, _, case = name.strip("/").partition("/")
    run = _find(run_name, runs)
    return RunFolder(run.path, _find_case(run, case)) if case else run


def find_trace(name: str = LAST, runs: Path = RUNS) -> Path:
    """Return the trace that people mean: a file, or what :func:`find_run` takes.

    Raises:
        NoSuchRun: There is none.
    """
    path = Path(name)
    if path.exists() and not path.is_dir():
        return path
    if path.suffix in _FILE_ENDINGS:
        raise NoSuchRun(f"{name}: there is no such file")
    return find_run(name, runs).trace


def _find(name: str, runs: Path) -> RunFolder:
    found = past_runs(runs)
    if not found:
        raise NoSuchRun(f"no runs are kept here, in {runs}", advice="raftkit test")
    if name == LAST:
        target = runs / LAST
        return RunFolder(target.resolve()) if target.is_dir() else found[0]
    fitting = [run for run in found if run.id == name] or [run for run in found if run.id.startswith(name)]
    if not fitting or not name:
        raise NoSuchRun(f"no run is called {name!r}, and no file either", advice="raftkit runs lists them")
    if len(fitting) > 1:
        some = ", ".join(run.id for run in fitting[:3]) + (", ..." if len(fitting) > 3 else "")
        raise NoSuchRun(f"{name!r} begins the names of {len(fitting)} runs: {some}")
    return fitting[0]


def _find_case(run: RunFolder, name: str) -> str:
    cases = run.cases
    fitting = [case for case in cases if case == name]
    fitting = fitting or [case for case in cases if case.rpartition("-")[0] == name]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise NoSuchRun(f"{name} left traces of several seeds: {', '.join(fitting[:5])}")
    left = f"it left {', '.join(cases[:5])}" if cases else "it left none"
    raise NoSuchRun(f"run {run.id} has no trace of {name}: {left}")


def last_run_id(runs: Path = RUNS) -> str:
    """Return the id of the last run, or nothing."""
    try:
        return _find(LAST, runs).id
    except NoSuchRun:
        return ""
