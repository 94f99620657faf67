"""``raftkit stress``: many seeds on all cores."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept
from raftkit.cli._keywords import parse_keywords
from raftkit.cli._shared import (
    ApartOption,
    DaskOption,
    ImplOption,
    OraclesOption,
    PreemptOption,
    RaceOption,
    parse_jobs,
    refuse_jobs_with,
)
from raftkit.model import Limits, Mode, Oracles
from raftkit.runner.values import nanoseconds, parse_duration, parse_seeds, parse_size

KEEPS = ("few", "failing", "all")
USUAL_RUNS = 100
MOST_RUNS = 100_000_000


def stress(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMES",
            help="Parts (2A), tests (TestFigure82C), files (my.yaml). With --resume: the run. Default: 2A 2B 2C 2D.",
        ),
    ] = None,
    impl: ImplOption = None,
    runs: Annotated[
        str, typer.Option("--runs", "-n", metavar="N", help="Seeds for each test. Default: 100.")
    ] = "",
    jobs: Annotated[
        str, typer.Option("--jobs", "-j", "-p", metavar="N", help="Runs at a time. Default: one a core.")
    ] = "",
    dask: DaskOption = "",
    seeds: Annotated[
        str, typer.Option(metavar="LIST", help="These seeds: 1000..1999 or 1,2,5. Default: drawn.")
    ] = "",
    duration: Annotated[
        str, typer.Option("--for", metavar="TIME", help="End after so long: 10m, 8h. Seeds go on until then.")
    ] = "",
    until_fail: Annotated[
        bool, typer.Option("--until-fail", "-x", help="End at the first failure. Seeds go on until then.")
    ] = False,
    loop: Annotated[bool, typer.Option("--loop", "-l", help="Go on until Ctrl-C.")] = False,
    sequential: Annotated[
        bool, typer.Option("--sequential", "-s", help="All seeds of one test before the next test.")
    ] = False,
    keyword: Annotated[
        str, typer.Option("-k", metavar="EXPR", help="Only tests whose name fits: 'Snapshot and not Crash'.")
    ] = "",
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with a run: NAMES is its id or folder; the last one without."),
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="DIR", help="The run's folder. Default: in .raftkit/runs."),
    ] = None,
    keep: Annotated[
        str, typer.Option(metavar="WHICH", help="Traces to keep: few of each kind of failure, failing, all.")
    ] = "",
    archive: Annotated[bool, typer.Option("--archive", "-a", help="The same as --keep all.")] = False,
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write what it came to there.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell every failure as it comes, not only new ones.")
    ] = False,
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Run the implementation in locked processes of its own.")
    ] = False,
    apart: ApartOption = False,
    oracles: OraclesOption = Oracles.ALL,
    preempt: PreemptOption = False,
    race: RaceOption = False,
    test_limit: Annotated[str, typer.Option(metavar="TIME", help="Lab clock, one test.")] = "120s",
    cpu_limit: Annotated[str, typer.Option(metavar="TIME", help="Processor time, one test.")] = "120s",
    memory_limit: Annotated[
        str, typer.Option(metavar="SIZE", help="Growth of resident memory, one test.")
    ] = "1GiB",
) -> int:
    """Run tests with many seeds, on all cores, and say how often they fail.

    Results are on disk as each run ends: after Ctrl-C or a kill, raftkit stress --resume goes on.
    It ends with a failure rate and how sure that is; failures come in groups, with a seed to repeat each.
    """
    from raftkit.cli._stress_session import StressOptions, run_stress

    limits = Limits(
        test_ns=nanoseconds(accept("--test-limit", parse_duration, test_limit) or 120),
        cpu_seconds=accept("--cpu-limit", parse_duration, cpu_limit) or 120,
        memory_bytes=accept("--memory-limit", parse_size, memory_limit) or 1 << 30,
    )
    if seeds and runs:
        raise typer.BadParameter("give one of --seeds and -n", param_hint="--seeds")
    refuse_jobs_with(dask, jobs)
    if keep and keep not in KEEPS:
        raise typer.BadParameter(f"{keep!r} is none of {', '.join(KEEPS)}", param_hint="--keep")
    return run_stress(
        StressOptions(
            names=names or [],
            implementation=impl,
            limits=limits,
            seeds=tuple(accept("--seeds", parse_seeds, seeds) or ()),
            runs=accept("-n", parse_runs, runs),
            is_endless=loop or bool(duration) or until_fail,
            seconds=accept("--for", parse_duration, duration),
            until_fail=until_fail,
            jobs=accept("--jobs", parse_jobs, jobs),
            dask=dask,
            fits=accept("-k", parse_keywords, keyword),
            resume=resume,
            output=output,
            keep="all" if archive else keep,
            in_turn=sequential,
            mode=Mode(isolate=isolate, apart=apart, oracles=oracles, preempt=preempt, race=race),
            json=json,
            verbose=verbose,
        )
    )


def parse_runs(text: str) -> int:
    """Return a number of runs."""
    number = text.replace("_", "").replace(",", "")
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= MOST_RUNS):
        raise ValueError(f"{text!r} is no number of runs: write a whole number from 1 to {MOST_RUNS}")
    return int(number)
