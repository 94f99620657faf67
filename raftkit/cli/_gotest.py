"""``raftkit gotest``: a Go lab's own tests, in virtual time."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept, required
from raftkit.cli._keywords import parse_keywords
from raftkit.cli._loop_options import (
    CpuLimitOption,
    MemoryLimitOption,
    TestLimitOption,
    parse_runs,
    read_limits,
)
from raftkit.cli._shared import JobsOption, check_writable, parse_jobs
from raftkit.runner.values import draw_seed, nanoseconds, parse_duration, parse_seed


def gotest(
    names: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NAMES", help="Parts (2A), tests (TestFigure82C). Default: all of the package's."
        ),
    ] = None,
    impl: Annotated[
        str, typer.Option(metavar="DIR", help="The lab: the folder of its package, or one above.")
    ] = ".",
    runs: Annotated[
        str, typer.Option("--runs", "-n", metavar="N", help="How often each test runs. Default: once.")
    ] = "",
    until_fail: Annotated[
        bool, typer.Option("--until-fail", "-x", help="Go on until a test fails, or -n runs are through.")
    ] = False,
    jobs: JobsOption = "",
    seed: Annotated[
        str, typer.Option(metavar="N", help="The chance of the first run; the next has N+1. Default: drawn.")
    ] = "",
    keyword: Annotated[
        str, typer.Option("-k", metavar="EXPR", help="Only tests whose name fits: 'Snapshot and not Crash'.")
    ] = "",
    real: Annotated[bool, typer.Option("--real", help="In real time, as go test.")] = False,
    race: Annotated[
        bool, typer.Option("--race", help="In real time, under Go's race detector, as go test -race.")
    ] = False,
    test_limit: TestLimitOption = "120s",
    total_limit: Annotated[
        str, typer.Option(metavar="TIME", help="Lab clock, all tests of a seed together.")
    ] = "600s",
    cpu_limit: CpuLimitOption = "120s",
    memory_limit: MemoryLimitOption = "1GiB",
    json: Annotated[Path | None, typer.Option(metavar="FILE", help="Write results there.")] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show what tests print, also when they pass.")
    ] = False,
) -> int:
    """Run a Go lab's own tests, those of its test_test.go, in virtual time.

    The package is compiled as it is, with its own harness and network. Each test runs in a process of its own;
    sleeping costs nothing. raftkit test runs raftkit's suites instead, which see and explain more.
    """
    from raftkit.cli._gotest_options import GoTestOptions
    from raftkit.cli._gotest_session import run_gotest
    from raftkit.gotest import Way

    check_writable("--json", json)
    total_ns = nanoseconds(required("--total-limit", parse_duration, total_limit))
    limits = replace(read_limits(test_limit, cpu_limit, memory_limit), total_ns=total_ns)
    return run_gotest(
        GoTestOptions(
            names=names or [],
            implementation=impl,
            runs=accept("-n", parse_runs, runs) or (None if until_fail else 1),
            until_fail=until_fail,
            jobs=accept("--jobs", parse_jobs, jobs),
            seed=required("--seed", parse_seed, seed) if seed else draw_seed(),
            fits=accept("-k", parse_keywords, keyword),
            way=Way.RACE if race else Way.REAL if real else Way.VIRTUAL,
            limits=limits,
            json=json,
            verbose=verbose,
        )
    )
