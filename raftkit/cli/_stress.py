"""``raftkit stress``: many seeds on all cores."""

from typing import Annotated

import typer

from raftkit.cli._accept import accept
from raftkit.cli._keywords import parse_keywords
from raftkit.cli._loop_options import (
    ArchiveOption,
    CpuLimitOption,
    ForOption,
    IsolateOption,
    JsonOption,
    KeepOption,
    LoopOption,
    MemoryLimitOption,
    OutputOption,
    RunsOption,
    SeedsOption,
    TestLimitOption,
    UntilFailOption,
    VerboseOption,
    parse_runs,
    read_limits,
    refuse_what_does_not_fit,
)
from raftkit.cli._shared import (
    ApartOption,
    DaskOption,
    ImplOption,
    JobsOption,
    OraclesOption,
    PreemptOption,
    RaceOption,
    parse_jobs,
)
from raftkit.model import Mode, Oracles
from raftkit.runner.values import parse_duration, parse_seeds


def stress(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMES",
            help="Parts (2A), tests (TestFigure82C), files (my.yaml). With --resume: the run. Default: 2A 2B 2C 2D.",
        ),
    ] = None,
    impl: ImplOption = None,
    runs: RunsOption = "",
    jobs: JobsOption = "",
    dask: DaskOption = "",
    seeds: SeedsOption = "",
    duration: ForOption = "",
    until_fail: UntilFailOption = False,
    loop: LoopOption = False,
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
    output: OutputOption = None,
    keep: KeepOption = "",
    archive: ArchiveOption = False,
    json: JsonOption = None,
    verbose: VerboseOption = False,
    isolate: IsolateOption = False,
    apart: ApartOption = False,
    oracles: OraclesOption = Oracles.ALL,
    preempt: PreemptOption = False,
    race: RaceOption = False,
    test_limit: TestLimitOption = "120s",
    cpu_limit: CpuLimitOption = "120s",
    memory_limit: MemoryLimitOption = "1GiB",
) -> int:
    """Run tests with many seeds, on all cores, and say how often they fail.

    Results are on disk as each run ends: after Ctrl-C or a kill, raftkit stress --resume goes on.
    It ends with a failure rate and how sure that is; failures come in groups, with a seed to repeat each.
    """
    from raftkit.cli._stress_session import StressOptions, run_stress

    refuse_what_does_not_fit(seeds=seeds, runs=runs, dask=dask, jobs=jobs, keep=keep)
    return run_stress(
        StressOptions(
            names=names or [],
            implementation=impl,
            limits=read_limits(test_limit, cpu_limit, memory_limit),
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
