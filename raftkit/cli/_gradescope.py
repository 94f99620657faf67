"""``raftkit grade init-gradescope``, and what the folder that it makes runs for each submission."""

import shlex
import tempfile
import time
from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._accept import accept


def init_gradescope(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
    rubric: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The rubric. Default: one to start from.", show_default=False),
    ] = None,
) -> None:
    """Make a folder that Gradescope takes as an autograder, once it is zipped: raftkit, rubric, scripts, README."""
    from raftkit.grade.autograder_folder import make_autograder
    from raftkit.report.failure import near
    from raftkit.stress.words import counted

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} is there already, and nothing is overwritten", param_hint="DIR")
    try:
        made = make_autograder(folder, rubric)
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be made: {error}", param_hint="DIR") from None
    typer.echo(f"made {near(str(folder))}: {counted(made.runs, 'run')} a submission")
    typer.echo(f"next: read {near(str(folder / 'README.md'))}, then")
    typer.echo(f"  (cd {shlex.quote(str(folder))} && zip -r ../autograder.zip .)")


def autograder(
    submission: Annotated[Path, typer.Argument(metavar="DIR", help="What was handed in.")],
    rubric: Annotated[Path, typer.Option(metavar="FILE", help="What is run, and what it is worth.")],
    results: Annotated[Path, typer.Option(metavar="FILE", help="results.json, kept up to date.")],
    deadline: Annotated[
        str, typer.Option(metavar="TIME", help="When to stop, on the wall's clock.")
    ] = "540s",
    trust: Annotated[bool, typer.Option("--trust", help="Run it without locking it in.")] = False,
) -> None:
    """Grade one submission for Gradescope; it ends well as long as results could be written."""
    from raftkit.cli._grade_session import _isolation
    from raftkit.grade.autograder import grade_one
    from raftkit.grade.grading import TRUSTED
    from raftkit.grade.rubric_file import load_rubric
    from raftkit.grade.summary import student_line
    from raftkit.runner.values import parse_duration

    ends_at = time.monotonic() + (accept("--deadline", parse_duration, deadline) or 0)
    asked = load_rubric(rubric)
    isolation, warning = (TRUSTED, "") if trust else _isolation()
    if warning:
        typer.echo(f"warning: {warning}", err=True)
    with tempfile.TemporaryDirectory(prefix="raftkit-grade-") as folder:
        grade = grade_one(
            asked,
            submission,
            results,
            Path(folder) / "grading",
            isolation=isolation,
            is_over=lambda: time.monotonic() >= ends_at,
        )
    typer.echo(student_line(grade)[0])
