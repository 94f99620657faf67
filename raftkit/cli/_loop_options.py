"""Options of the commands that make run after run: ``raftkit stress`` and ``raftkit chaos``."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept, whole_number
from raftkit.cli._shared import refuse_jobs_with
from raftkit.model import Limits
from raftkit.runner.values import nanoseconds, parse_duration, parse_size

KEEPS = ("few", "failing", "all")
MOST_RUNS = 100_000_000

RunsOption = Annotated[str, typer.Option("--runs", "-n", metavar="N", help="How many seeds. Default: 100.")]
SeedsOption = Annotated[
    str, typer.Option(metavar="LIST", help="These seeds: 1000..1999 or 1,2,5. Default: drawn.")
]
ForOption = Annotated[
    str, typer.Option("--for", metavar="TIME", help="End after so long: 10m, 8h. Seeds go on until then.")
]
UntilFailOption = Annotated[
    bool, typer.Option("--until-fail", "-x", help="End at the first failure. Seeds go on until then.")
]
LoopOption = Annotated[bool, typer.Option("--loop", "-l", help="Go on until Ctrl-C.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="DIR", help="The run's folder. Default: in .raftkit/runs."),
]
KeepOption = Annotated[
    str, typer.Option(metavar="WHICH", help="Traces to keep: few of each kind of failure, failing, all.")
]
ArchiveOption = Annotated[bool, typer.Option("--archive", "-a", help="The same as --keep all.")]
JsonOption = Annotated[Path | None, typer.Option(metavar="FILE", help="Write what it came to there.")]
VerboseOption = Annotated[
    bool, typer.Option("--verbose", "-v", help="Tell every failure as it comes, not only new ones.")
]
IsolateOption = Annotated[
    bool, typer.Option("--isolate", help="Run the implementation in locked processes of its own.")
]
TestLimitOption = Annotated[str, typer.Option(metavar="TIME", help="Lab clock, one test.")]
CpuLimitOption = Annotated[str, typer.Option(metavar="TIME", help="Processor time, one test.")]
MemoryLimitOption = Annotated[str, typer.Option(metavar="SIZE", help="Growth of resident memory, one test.")]


def read_limits(test_limit: str, cpu_limit: str, memory_limit: str) -> Limits:
    """Understand what a test may use."""
    return Limits(
        test_ns=nanoseconds(accept("--test-limit", parse_duration, test_limit) or 120),
        cpu_seconds=accept("--cpu-limit", parse_duration, cpu_limit) or 120,
        memory_bytes=accept("--memory-limit", parse_size, memory_limit) or 1 << 30,
    )


def refuse_what_does_not_fit(*, seeds: str, runs: str, dask: str, jobs: str, keep: str) -> None:
    """Refuse options that contradict each other.

    Raises:
        typer.BadParameter: Some do.
    """
    if seeds and runs:
        raise typer.BadParameter("give one of --seeds and -n", param_hint="--seeds")
    refuse_jobs_with(dask, jobs)
    if keep and keep not in KEEPS:
        raise typer.BadParameter(f"{keep!r} is none of {', '.join(KEEPS)}", param_hint="--keep")


def parse_runs(text: str) -> int:
    """Return a number of runs."""
    return whole_number("number of runs", text.replace("_", "").replace(",", ""), MOST_RUNS)
