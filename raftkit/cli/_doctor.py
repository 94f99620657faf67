"""``raftkit doctor``: what is installed, what is missing for which feature, and how to get it."""

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import metadata
from pathlib import Path

import typer

from raftkit.cli._exits import Exit

OLDEST_PYTHON = (3, 11)


class State(StrEnum):
    """How a thing stands."""

    OK = "ok"
    MISSING = "missing"  # a feature does without it
    BROKEN = "BROKEN"  # raftkit does not work


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    state: State
    found: str
    cure: str = ""


def doctor() -> int:
    """Tell what is installed, what is missing for which feature, and how to get it."""
    findings = [finding for look in LOOKS for finding in look()]
    width = max(len(finding.what) for finding in findings)
    for finding in findings:
        typer.echo(f"{finding.state:<8}{finding.what:<{width}}  {finding.found}".rstrip())
        if finding.cure:
            typer.echo(f"{'':<8}{'':<{width}}  to get it: {finding.cure}")
    broken = [finding.what for finding in findings if finding.state is State.BROKEN]
    typer.echo(f"\nBROKEN: {', '.join(broken)}" if broken else "\nraftkit works here.")
    return Exit.FAULT if broken else Exit.PASSED


def _python() -> list[Finding]:
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        return [Finding("Python", State.BROKEN, version, "Python 3.11 or newer")]
    return [Finding("Python", State.OK, f"{version} ({platform.python_implementation()})")]


def _packages() -> list[Finding]:
    """The distributions that raftkit needs, as its own metadata names them."""
    try:
        requirements = metadata.requires("raftkit-lab") or []
    except metadata.PackageNotFoundError:
        where = "raftkit runs from a folder and is not installed: what it needs is not looked at"
        return [Finding("packages", State.MISSING, where, "make lab, or pip install . in a checkout")]
    findings = []
    for requirement in requirements:
        if "extra ==" in requirement:
            continue
        name = requirement.split(";")[0].strip()
        for mark in "<>=!~ ":
            name = name.split(mark)[0]
        try:
            findings.append(Finding(name, State.OK, metadata.version(name)))
        except metadata.PackageNotFoundError:
            findings.append(Finding(name, State.BROKEN, "not installed", f"pip install {name}"))
    return findings


def _yaml() -> list[Finding]:
    import yaml

    if yaml.__with_libyaml__:
        return [Finding("libyaml", State.OK, "suites are read at C speed")]
    return [
        Finding("libyaml", State.MISSING, "suites are read more slowly", "a PyYAML wheel that carries it")
    ]


def _data() -> list[Finding]:
    from raftkit.runner.places import impls_dir
    from raftkit.suite import suites_dir

    return [
        _folder("suites", suites_dir(), "2A.yaml"),
        _folder("implementations", impls_dir(), "reference/raft.py"),
        _folder("skeleton", impls_dir(), "skeleton/raft.py"),
    ]


def _folder(what: str, folder: Path, needed: str) -> Finding:
    if (folder / needed).is_file():
        return Finding(what, State.OK, str(folder))
    return Finding(what, State.BROKEN, f"{folder / needed} is not there", "install raftkit again")


def _machine() -> list[Finding]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return [Finding("cores", State.OK, f"{cores}: as many tests run at once (-j)")]


def _runs_folder() -> list[Finding]:
    folder = Path(".raftkit")
    try:
        with tempfile.TemporaryFile(dir=folder if folder.is_dir() else Path.cwd()):
            pass
    except OSError as error:
        reason = f"{Path.cwd()} cannot be written: {error.strerror}"
        return [
            Finding(
                "traces", State.MISSING, reason, "run raftkit in a folder of your own, or give --trace DIR"
            )
        ]
    return [Finding("traces", State.OK, "failures leave theirs in .raftkit/runs/")]


def _isolation() -> list[Finding]:
    """How well an implementation can be locked in."""
    from raftkit.worlds.process import Level, isolation_here

    here = isolation_here()
    state = State.OK if here.level is Level.SEALED else State.MISSING
    return [Finding("--isolate", state, str(here.level), "; ".join(here.reasons))]


def _dask() -> list[Finding]:
    """What --dask needs."""
    try:
        return [Finding("--dask", State.OK, f"distributed {metadata.version('distributed')}")]
    except metadata.PackageNotFoundError:
        return [Finding("--dask", State.MISSING, "runs stay on this machine", "pip install distributed")]


def _developers() -> list[Finding]:
    """What raftkit's own checks need."""
    missing = [name for name in ("hypothesis", "jsonschema", "mypy", "ruff") if not _is_there(name)]
    if not missing:
        return [Finding("make check", State.OK, "hypothesis, jsonschema, mypy, ruff")]
    cure = "pip install -e '.[dev]' in a checkout"
    return [Finding("make check", State.MISSING, "without " + ", ".join(missing), cure)]


def _is_there(name: str) -> bool:
    return importlib.util.find_spec(name) is not None or shutil.which(name) is not None


LOOKS: tuple[Callable[[], list[Finding]], ...] = (
    _python,
    _packages,
    _yaml,
    _data,
    _machine,
    _runs_folder,
    _isolation,
    _dask,
    _developers,
)
"""What is looked at, in this order; a new feature adds its own."""
