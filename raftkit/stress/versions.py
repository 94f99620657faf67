"""Versions of an implementation: a path, or a file as a git revision has it: ``HEAD~3:raft.py``."""

import io
import posixpath
import subprocess
import tarfile
from pathlib import Path

from raftkit.errors import ContractError
from raftkit.report.failure import near
from raftkit.runner.recipe import Implementation
from raftkit.stress.begin import tested_version
from raftkit.stress.work import StressError

VERSIONS_FOLDER = "versions"
GIT_SECONDS = 60.0


def version(named: str, folder: Path) -> Implementation:
    """Find a version; one of a git revision is laid out in ``folder``, with the modules beside it.

    Raises:
        ContractError: There is no such implementation.
        StressError: There is no such revision, or git cannot be asked.
    """
    revision, colon, path = named.partition(":")
    try:
        return tested_version(named)
    except ContractError:
        if not colon or not revision or not path:
            raise
    inside = _path_inside(revision, path)
    _lay_out(revision, posixpath.dirname(inside), folder)
    found = tested_version(str(folder / inside))
    return Implementation(named=near(str(folder / inside)), spec=found.spec, files=found.files)


def _path_inside(revision: str, path: str) -> str:
    """The path from the repository's root: as it stands here, or as it stands there."""
    prefix = _git("rev-parse", "--show-prefix").decode().strip()
    tries = dict.fromkeys(posixpath.normpath(text) for text in (prefix + path, path))
    if not _is_there(f"{revision}^{{tree}}"):
        raise StressError(f"git knows no revision {revision}")
    for text in tries:
        if _is_there(f"{revision}:{text}"):
            return text
    raise StressError(f"revision {revision} has no {' or '.join(tries)}")


def _is_there(name: str) -> bool:
    try:
        _git("cat-file", "-e", name)
    except StressError:
        return False
    return True


def _lay_out(revision: str, inside: str, folder: Path) -> None:
    """Write the Python files of a folder of the repository."""
    root = _git("rev-parse", "--show-toplevel").decode().strip()
    data = _git("-C", root, "archive", "--format=tar", revision, *([inside] if inside else []))
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        members = [member for member in archive.getmembers() if member.name.endswith(".py")]
        archive.extractall(folder, members, filter="data")


def _git(*arguments: str) -> bytes:
    try:
        done = subprocess.run(
            ["git", *arguments],
            capture_output=True,
            check=True,
            timeout=GIT_SECONDS,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StressError(f"git cannot be asked: {error}") from None
    except subprocess.CalledProcessError as error:
        raise StressError(f"git says: {error.stderr.decode(errors='replace').strip()}") from None
    return done.stdout
