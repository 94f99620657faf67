"""Options that several commands have, and what they refuse."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import whole_number
from raftkit.model import Clock, Oracles

MOST_JOBS = 1024

ImplOption = Annotated[
    str | None,
    typer.Option(
        metavar="SPEC",
        help="A file, a folder with raft.py, FILE:CLASS, a name in impls/, or a dotted module. "
        "Default: raft.py here, else the reference.",
    ),
]
ApartOption = Annotated[
    bool,
    typer.Option(
        "--apart", help="Let servers share nothing: with --isolate, each runs in a process of its own."
    ),
]
OraclesOption = Annotated[
    Oracles,
    typer.Option(
        metavar="WHO",
        help="Who judges beside a suite's steps: all, or nobody (lab), as in the lab.",
    ),
]
RaceOption = Annotated[
    bool,
    typer.Option(
        "--race", help="Find data races: what threads of a server use at the same time. Implies --preempt."
    ),
]
PreemptOption = Annotated[
    bool, typer.Option("--preempt", help="Let threads of a server be interrupted between any two lines.")
]
ClockOption = Annotated[
    Clock,
    typer.Option(
        metavar="WHICH",
        help="By which time passes: virtual; or real, for Go labs that loop without waiting: not repeatable.",
    ),
]
JobsOption = Annotated[
    str, typer.Option("--jobs", "-j", "-p", metavar="N", help="Runs at a time. Default: one a core.")
]
DaskOption = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS", help="Run on a Dask cluster, with all that its workers have: tcp://scheduler:8786."
    ),
]


def parse_jobs(text: str) -> int:
    """Return a number of processes."""
    return whole_number("number of jobs", text, MOST_JOBS)


def refuse_jobs_with(dask: str, jobs: str) -> None:
    """Refuse a number of jobs where a cluster has its own."""
    if dask and jobs:
        raise typer.BadParameter("a cluster has as many as its workers have threads", param_hint="--jobs")


def check_writable(option: str, path: Path | None) -> None:
    """Refuse a file that cannot be written now, rather than after the run."""
    from raftkit.report.json_report import JsonFile

    try:
        if path is not None:
            JsonFile(path).check()
    except OSError as error:
        raise typer.BadParameter(
            f"{path} cannot be written: {error.strerror}; name a file in a folder that exists",
            param_hint=option,
        ) from None
