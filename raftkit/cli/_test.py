"""``raftkit test``: run tests against an implementation."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept, required
from raftkit.cli._keywords import parse_keywords
from raftkit.cli._shared import (
    ApartOption,
    ClockOption,
    ImplOption,
    OraclesOption,
    PreemptOption,
    RaceOption,
    check_writable,
    parse_jobs,
)
from raftkit.model import Clock, Limits, Mode, Oracles
from raftkit.runner.values import draw_seed, nanoseconds, parse_duration, parse_seed, parse_seeds, parse_size


def run_tests(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMES",
            help="Parts (2A), tests (TestFigure82C), files (my.yaml, my.yaml::TestX). Default: 2A 2B 2C 2D.",
        ),
    ] = None,
    impl: ImplOption = None,
    seed: Annotated[
        str | None, typer.Option(metavar="N", help="Repeat a run exactly. Default: drawn.")
    ] = None,
    seeds: Annotated[
        str | None, typer.Option(metavar="LIST", help="Run every test with each seed: 1..50 or 1,2,5.")
    ] = None,
    jobs: Annotated[
        str,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            help="Tests that run at a time. Default: one a core, fewer for little work.",
        ),
    ] = "",
    test_limit: Annotated[str, typer.Option(metavar="TIME", help="Lab clock, one test.")] = "120s",
    total_limit: Annotated[
        str, typer.Option(metavar="TIME", help="Lab clock, all tests of a seed together.")
    ] = "600s",
    cpu_limit: Annotated[str, typer.Option(metavar="TIME", help="Processor time, one test.")] = "120s",
    memory_limit: Annotated[
        str, typer.Option(metavar="SIZE", help="Growth of resident memory, one test.")
    ] = "1GiB",
    trace: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep every test's trace there, not only failures'.")
    ] = None,
    json: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write results there as tests end.")
    ] = None,
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a JUnit report.")] = None,
    keyword: Annotated[
        str | None,
        typer.Option("-k", metavar="EXPR", help="Only tests whose name fits: 'Snapshot and not Crash'."),
    ] = None,
    fail_fast: Annotated[bool, typer.Option("--fail-fast", "-x", help="Stop at the first failure.")] = False,
    isolate: Annotated[
        bool,
        typer.Option("--isolate", help="Run the implementation in a locked process of its own."),
    ] = False,
    apart: ApartOption = False,
    oracles: OraclesOption = Oracles.ALL,
    preempt: PreemptOption = False,
    race: RaceOption = False,
    clock: ClockOption = Clock.VIRTUAL,
    check_determinism: Annotated[
        bool, typer.Option("--check-determinism", help="Run every test twice and compare the traces.")
    ] = False,
    stop: Annotated[
        bool, typer.Option("-s", help="Open pdb at breakpoint() in the implementation, time standing still.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only failures and the last line.")] = False,
    verbose: Annotated[
        bool,
        typer.Option("--verbose", "-v", help="Show what the implementation logs; runs one test at a time."),
    ] = False,
) -> int:
    """Run tests against an implementation.

    Time is virtual: a run of hundreds of lab seconds takes a few real ones, and the same seed gives
    the same run. What fails leaves its trace below .raftkit/runs/last, and the command that repeats it.
    """
    from raftkit.cli._session import Options, run_session

    if seed is not None and seeds is not None:
        raise typer.BadParameter("give one of --seed and --seeds", param_hint="--seeds")
    if quiet and verbose:
        raise typer.BadParameter("give one of --quiet and --verbose", param_hint="--quiet")
    limits = Limits(
        test_ns=nanoseconds(required("--test-limit", parse_duration, test_limit)),
        total_ns=nanoseconds(required("--total-limit", parse_duration, total_limit)),
        cpu_seconds=required("--cpu-limit", parse_duration, cpu_limit),
        memory_bytes=required("--memory-limit", parse_size, memory_limit),
    )
    if seed is not None:
        chosen = [required("--seed", parse_seed, seed)]
    elif seeds is not None:
        chosen = required("--seeds", parse_seeds, seeds)
    else:
        chosen = [draw_seed()]
    mode = Mode(isolate=isolate, apart=apart, oracles=oracles, preempt=preempt, race=race, clock=clock)
    if check_determinism and clock is Clock.REAL:
        raise typer.BadParameter(
            "no two runs on the real clock are the same", param_hint="--check-determinism"
        )
    if stop and isolate:
        raise typer.BadParameter("pdb stops in the implementation's own frames, here", param_hint="--isolate")
    if stop:
        from raftkit.cli._breaks import debug_session

        return debug_session(names or [], impl, chosen, limits, mode)
    for option, path in (("--json", json), ("--junit", junit)):
        check_writable(option, path)
    _check_folder("--trace", trace)
    return run_session(
        Options(
            names=names or [],
            implementation=impl,
            seeds=chosen,
            limits=limits,
            jobs=1 if verbose else accept("--jobs", parse_jobs, jobs or ""),
            trace_dir=trace,
            json=json,
            junit=junit,
            fits=accept("-k", parse_keywords, keyword or ""),
            fail_fast=fail_fast,
            check_determinism=check_determinism,
            mode=mode,
            quiet=quiet,
            verbose=verbose,
        )
    )


def _check_folder(option: str, path: Path | None) -> None:
    """Make a folder, and refuse it now if that cannot be."""
    try:
        if path is not None:
            path.mkdir(parents=True, exist_ok=True)
            (path / ".raftkit").touch()
            (path / ".raftkit").unlink()
    except OSError as error:
        raise typer.BadParameter(
            f"{path} cannot be written: {error.strerror}; name a folder", param_hint=option
        ) from None
