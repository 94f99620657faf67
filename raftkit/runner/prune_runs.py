"""Removes old runs."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from raftkit.runner.past_runs import RUN_NAME, RUNS, RunFolder, past_runs
from raftkit.runner.runs_folder import LAST

_UNDER_WAY = "incomplete"
"""The verdict that a run has until its end; also one that was killed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What was done.

    Attributes:
        removed: How many runs are gone,
        bytes: and how much they held.
        kept: How many are left.
        refused: Why others could not be removed, one sentence each.
    """

    removed: int
    bytes: int
    kept: int
    refused: list[str]


def prune_runs(keep: int, runs: Path = RUNS) -> Pruned:
    """Remove all runs but the newest, and those that are still under way."""
    found = past_runs(runs)
    removed, size, refused = 0, 0, []
    for run in found[keep:]:
        if is_under_way(run):
            continue
        held = _size(run.path)
        try:
            shutil.rmtree(run.path)
        except OSError as error:
            refused.append(f"{run.path} could not be removed: {error.strerror}")
        else:
            removed, size = removed + 1, size + held
    _drop_dangling(runs / LAST)
    return Pruned(removed=removed, bytes=size, kept=len(found) - removed, refused=refused)


def is_under_way(run: RunFolder) -> bool:
    """Whether the process that makes this run is still there."""
    if run.report is not None and run.report.verdict != _UNDER_WAY:
        return False
    name = RUN_NAME.fullmatch(run.id)
    try:
        os.kill(int(name["pid"]), 0) if name else None
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return name is not None


def _size(path: Path) -> int:
    return sum(
        os.lstat(os.path.join(folder, file)).st_size for folder, _, files in os.walk(path) for file in files
    )


def _drop_dangling(link: Path) -> None:
    if link.is_symlink() and not link.exists():
        link.unlink(missing_ok=True)
