"""``.raftkit/runs``: a folder a run, with its results, and with the traces of what failed.

::

    .raftkit/runs/20260301T101500Z-7-4711/run.json
    .raftkit/runs/20260301T101500Z-7-4711/TestReElection2A-7/{trace.jsonl,result.json}
    .raftkit/runs/last -> 20260301T101500Z-7-4711

It is a convenience: when it cannot be written, the run goes on without it.
"""

import contextlib
import os
import re
import shutil
from pathlib import Path

RUNS_KEPT = 50
"""Older runs are removed when a new one begins."""
LAST = "last"
STRESS_FILE = "stress.json"
"""What a stress run was asked for; one that is under way may be older than many others, and stays."""
_RUN_NAME = re.compile(r"\d{8}T\d{6}Z-\d+-\d+")


class RunsFolder:
    """One run's folder below ``.raftkit/runs``."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.has_last = False
        """Whether ``last`` leads here."""

    def open(self) -> None:
        """Make the folder, point ``last`` at it, and remove what is too old.

        Raises:
            OSError: It cannot be made.
        """
        from raftkit.runner.past_runs import RunFolder  # they know us
        from raftkit.runner.prune_runs import is_under_way

        runs = self.path.parent
        self.path.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(OSError):
            (runs.parent / ".gitignore").write_text("*\n")
        self._point_last_here()
        old = sorted(f for f in runs.iterdir() if _RUN_NAME.fullmatch(f.name) and not f.is_symlink())
        for folder in old[:-RUNS_KEPT]:
            if not ((folder / STRESS_FILE).exists() and is_under_way(RunFolder(folder))):
                shutil.rmtree(folder, ignore_errors=True)

    def _point_last_here(self) -> None:
        """Replace the link in one step, so that there is always one."""
        runs = self.path.parent
        temporary = runs / f".{LAST}.{os.getpid()}"
        try:
            temporary.symlink_to(self.path.name)
            os.replace(temporary, runs / LAST)
        except OSError:  # no links on this file system
            with contextlib.suppress(OSError):
                temporary.unlink()
            return
        self.has_last = True

    def shown(self, path: str) -> str:
        """Return a path in this folder as it is shown: by way of ``last``, where that leads here."""
        if self.has_last and Path(path).is_relative_to(self.path):
            return str(self.path.parent / LAST / Path(path).relative_to(self.path))
        return path
