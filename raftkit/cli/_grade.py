"""``raftkit grade``: a class of submissions, by a rubric."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept
from raftkit.cli._shared import DaskOption, parse_jobs, refuse_jobs_with


def grade(
    submissions: Annotated[
        Path,
        typer.Argument(metavar="SUBMISSIONS", help="A folder with a folder, file, zip or tar a student."),
    ],
    rubric: Annotated[
        Path, typer.Option(metavar="FILE", help="What is run, and what it is worth: docs/grading.md.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Where all results are written.")],
    jobs: Annotated[
        str, typer.Option("--jobs", "-j", metavar="N", help="Runs at a time. Default: one a core.")
    ] = "",
    dask: DaskOption = "",
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the grading in DIR: what is known is not run again.")
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="With --resume: run what could not be judged once more.")
    ] = False,
    trust: Annotated[
        bool,
        typer.Option(
            "--trust", help="Run submissions without locking them in: they can do all that you can."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only the last lines.")] = False,
) -> int:
    """Grade a class of submissions by a rubric.

    Results are on disk as each run ends: after Ctrl-C or a kill, --resume goes on. The grade of a student
    follows from rubric and submission alone. What could not be judged costs nobody a point, and is told at the end.
    """
    from raftkit.cli._grade_session import GradeOptions, run_grade

    refuse_jobs_with(dask, jobs)
    if again and not resume:
        raise typer.BadParameter("there is nothing to run again without --resume", param_hint="--again")
    return run_grade(
        GradeOptions(
            submissions=submissions,
            rubric=rubric,
            out=out,
            jobs=accept("--jobs", parse_jobs, jobs),
            dask=dask,
            resume=resume,
            again=again,
            trust=trust,
            quiet=quiet,
        )
    )
