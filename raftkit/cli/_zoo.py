"""``raftkit zoo``: wrong Rafts, and how many seeds it takes to convict them."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept, required, whole_number
from raftkit.cli._shared import JobsOption, parse_jobs

USUAL_SEEDS = 20
MOST_SEEDS = 100_000


def zoo(
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="MUTANTS", help="Names of mutants. Default: all, and the control."),
    ] = None,
    seeds: Annotated[str, typer.Option(metavar="N", help="Seeds for each mutant and column: 1..N.")] = str(
        USUAL_SEEDS
    ),
    columns: Annotated[
        str,
        typer.Option(metavar="LIST", help="Columns: lab, oracles, chaos, race. Default: the first three."),
    ] = "",
    mutants: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="A folder of wrong implementations. Default: impls/mutants."),
    ] = None,
    jobs: JobsOption = "",
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the matrix as a page.")] = None,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the matrix for programs.")] = None,
    headers: Annotated[
        bool, typer.Option("--headers", help="Write what was found into the mutants' files.")
    ] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on where the last hunt was left, also with more seeds.")
    ] = False,
    folder: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="Where runs are noted as they end.")
    ] = Path(".raftkit/zoo"),
) -> int:
    """Run the suites against wrong implementations, and say which of them notice.

    Each mutant goes through each column, seed by seed, until a test convicts it. Runs are noted as they end:
    after Ctrl-C or a kill, raftkit zoo --resume goes on.
    """
    from raftkit.cli._zoo_session import ZooOptions, run_zoo

    return run_zoo(
        ZooOptions(
            names=names or [],
            seeds=required("--seeds", parse_seed_count, seeds),
            columns=[name for name in columns.replace(" ", "").split(",") if name],
            mutants=mutants,
            jobs=accept("--jobs", parse_jobs, jobs),
            out=out,
            json=json,
            headers=headers,
            resume=resume,
            folder=folder,
        )
    )


def parse_seed_count(text: str) -> int:
    """Return a number of seeds."""
    return whole_number("number of seeds", text, MOST_SEEDS)
