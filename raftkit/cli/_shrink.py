"""``raftkit shrink``: a failure, made as small as it can be, as a suite to keep."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept
from raftkit.cli._shared import ImplOption, parse_jobs
from raftkit.runner.values import parse_duration, parse_seed

USUAL_SECONDS = 60.0


def shrink(
    run: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN]",
            help="A failure: last, <run>/<test>-<seed>, a folder. Default: the first of the last run.",
        ),
    ] = None,
    test: Annotated[
        str,
        typer.Option(metavar="NAME", help="Instead of a run: a test, TestFigure82C or my.yaml::TestMine."),
    ] = "",
    impl: ImplOption = None,
    seed: Annotated[str, typer.Option(metavar="N", help="With --test: its seed.")] = "",
    duration: Annotated[
        str, typer.Option("--for", metavar="TIME", help="How long to look for smaller ones. Default: 60s.")
    ] = "",
    jobs: Annotated[
        str, typer.Option("--jobs", "-j", metavar="N", help="Runs at a time. Default: one a core.")
    ] = "",
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: <test>-<seed>.yaml, here.")
    ] = None,
) -> int:
    """Make a failing test smaller, as long as it fails in the same way, and write it as a suite to keep.

    Fewer faults, steps and servers, shorter times, less chance: each cut is tried by running it, and counts only if
    the reference passes what is left. After Ctrl-C, and when time is up, the smallest so far is written.
    """
    from raftkit.cli._shrink_session import ShrinkOptions, run_shrink

    if test and run:
        raise typer.BadParameter("name a run or a test, not both", param_hint="--test")
    if bool(test) is not bool(seed):
        raise typer.BadParameter("a test and its seed go together", param_hint="--seed" if test else "--test")
    return run_shrink(
        ShrinkOptions(
            run=run or "last",
            test=test,
            implementation=impl,
            seed=accept("--seed", parse_seed, seed) or 0,
            seconds=accept("--for", parse_duration, duration) or USUAL_SECONDS,
            jobs=accept("--jobs", parse_jobs, jobs),
            output=output,
        )
    )
