"""``raftkit chaos``: scenarios out of seeds, one after another, on all cores."""

from typing import Annotated

import typer

from raftkit.cli._accept import accept, required
from raftkit.cli._chaos_options import (
    NemesisOption,
    ServersOption,
    ServiceOption,
    WorkloadOption,
    read_chaos_options,
)
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
from raftkit.runner.values import parse_duration, parse_seed, parse_seeds


def chaos(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="With --resume: its id or folder. Default: the last one.")
    ] = "",
    impl: ImplOption = None,
    servers: ServersOption = "",
    workload: WorkloadOption = "",
    service: ServiceOption = "",
    nemesis: NemesisOption = "",
    runs: RunsOption = "",
    jobs: JobsOption = "",
    dask: DaskOption = "",
    seeds: SeedsOption = "",
    duration: ForOption = "",
    until_fail: UntilFailOption = False,
    loop: LoopOption = False,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run.")] = False,
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
    """Let chance decide what goes wrong: each seed draws a cluster, clients and a weather.

    While the weather lasts, nothing may be lost, and clients must see one machine; when it has cleared, there must
    soon be a leader, and commands must commit. Otherwise as raftkit stress: failures come in groups, with a seed to
    repeat each. Those that are kept have their scenario, a suite, beside their trace; raftkit chaos show prints one.
    """
    from raftkit.cli._stress_session import StressOptions, run_stress

    refuse_what_does_not_fit(seeds=seeds, runs=runs, dask=dask, jobs=jobs, keep=keep)
    if run and not resume:
        raise typer.BadParameter(f"{run!r} names a run to go on with: add --resume", param_hint="RUN")
    return run_stress(
        StressOptions(
            names=[run] if run else [],
            chaos=read_chaos_options(servers, workload, service, nemesis),
            implementation=impl,
            limits=read_limits(test_limit, cpu_limit, memory_limit),
            seeds=tuple(accept("--seeds", parse_seeds, seeds) or ()),
            runs=accept("-n", parse_runs, runs),
            is_endless=loop or bool(duration) or until_fail,
            seconds=accept("--for", parse_duration, duration),
            until_fail=until_fail,
            jobs=accept("--jobs", parse_jobs, jobs),
            dask=dask,
            resume=resume,
            output=output,
            keep="all" if archive else keep,
            mode=Mode(isolate=isolate, apart=apart, oracles=oracles, preempt=preempt, race=race),
            json=json,
            verbose=verbose,
        )
    )


def show(
    seed: Annotated[str, typer.Argument(metavar="SEED", help="Which scenario.")],
    servers: ServersOption = "",
    workload: WorkloadOption = "",
    service: ServiceOption = "",
    nemesis: NemesisOption = "",
) -> None:
    """Print the scenario that a seed draws, as a suite.

    What is printed is an ordinary suite of one test: keep it in a file, change it, run it with raftkit test.
    """
    from raftkit.chaos import draw_suite

    options = read_chaos_options(servers, workload, service, nemesis)
    typer.echo(draw_suite(options, required("SEED", parse_seed, seed)), nl=False)
