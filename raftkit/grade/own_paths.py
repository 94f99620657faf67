"""Paths as a submission's author knows them: those of the folder that was handed in, not of the machine that graded it.

So a grade says the same wherever it is made, and a student learns nothing of other folders.
"""

import re
from dataclasses import replace
from pathlib import Path, PurePath

import msgspec

from raftkit.model import Failure
from raftkit.stress.breakage import Breakage


def own_paths(text: str, folder: Path) -> str:
    """Return a text in which paths below ``folder``, ``.../evidence/KEY/submission``, are relative to it.

    The text may have been made in another current folder, by which its paths were shortened.
    """
    place = re.escape("/".join(folder.parts[-3:]))
    return re.sub(rf"[^\s'\"]*{place}/", "", text.replace(f"{folder}/", ""))


def own_failure(failure: Failure, folder: Path) -> Failure:
    """Return the failure with such paths; of the suite its file's name is left."""
    where = failure.where and replace(failure.where, suite=PurePath(failure.where.suite).name)
    return replace(
        failure,
        where=where,
        summary=own_paths(failure.summary, folder),
        expected=own_paths(failure.expected, folder),
        observed=own_paths(failure.observed, folder),
        advice=own_paths(failure.advice, folder),
        details=own_paths(failure.details, folder),
    )


def own_breakage(broke: Breakage, folder: Path) -> Breakage:
    """Return what broke with such paths."""
    return msgspec.structs.replace(
        broke, shape=own_paths(broke.shape, folder), summary=own_paths(broke.summary, folder)
    )
