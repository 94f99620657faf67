"""``raftkit bisect``: two versions of an implementation, the same seeds."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept
from raftkit.cli._keywords import parse_keywords
from raftkit.cli._loop_options import parse_runs
from raftkit.cli._shared import (
    ApartOption,
    DaskOption,
    OraclesOption,
    PreemptOption,
    RaceOption,
    parse_jobs,
    refuse_jobs_with,
)
from raftkit.model import Mode, Oracles
from raftkit.runner.values import parse_seeds

USUAL_RUNS = 100


def bisect(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A file, a folder, or REVISION:FILE in git.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same for the version that is to be better.")],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[NAMES]", help="Parts, tests or files. Default: 2A 2B 2C 2D."),
    ] = None,
    runs: Annotated[
        str, typer.Option("--runs", "-n", metavar="N", help="Seeds for each test. Default: 100.")
    ] = "",
    seeds: Annotated[
        str, typer.Option(metavar="LIST", help="These seeds: 1..50 or 1,2,5. Default: drawn.")
    ] = "",
    neighbourhood: Annotated[
        str,
        typer.Option(
            metavar="K", help="Try K neighbours of each seed that failed with OLD: other message delays."
        ),
    ] = "",
    jobs: Annotated[str, typer.Option("--jobs", "-j", "-p", metavar="N", help="Runs at a time.")] = "",
    dask: DaskOption = "",
    keyword: Annotated[str, typer.Option("-k", metavar="EXPR", help="Only tests whose name fits.")] = "",
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Run both versions in locked processes of their own.")
    ] = False,
    apart: ApartOption = False,
    oracles: OraclesOption = Oracles.ALL,
    preempt: PreemptOption = False,
    race: RaceOption = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="The run's folder.")
    ] = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what it came to there.")] = None,
) -> int:
    """Run two versions with the same seeds, and say what got fixed and what broke.

    A seed that passes now may only have moved its failure: --neighbourhood K tries K neighbours of each,
    and compares the rates. Ends with 1 when something broke that held before.
    """
    from raftkit.cli._bisect_session import BisectOptions, run_bisect

    if seeds and runs:
        raise typer.BadParameter("give one of --seeds and -n", param_hint="--seeds")
    refuse_jobs_with(dask, jobs)
    return run_bisect(
        BisectOptions(
            old=old,
            new=new,
            names=names or [],
            seeds=tuple(accept("--seeds", parse_seeds, seeds) or ()),
            runs=accept("-n", parse_runs, runs) or USUAL_RUNS,
            neighbours=accept("--neighbourhood", parse_runs, neighbourhood) or 0,
            jobs=accept("--jobs", parse_jobs, jobs),
            dask=dask,
            fits=accept("-k", parse_keywords, keyword),
            mode=Mode(isolate=isolate, apart=apart, oracles=oracles, preempt=preempt, race=race),
            output=output,
            json=json,
        )
    )
