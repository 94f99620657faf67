"""``raftkit new``: a folder to start from."""

import shlex
import shutil
from pathlib import Path
from typing import Annotated

import typer


def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make.")],
) -> None:
    """Make a folder with a skeleton to fill in."""
    from raftkit.runner.places import impls_dir

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise typer.BadParameter(f"{folder} is there already, and nothing is overwritten", param_hint="DIR")
    try:
        shutil.copytree(
            impls_dir() / "skeleton",
            folder,
            dirs_exist_ok=True,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"),
        )
    except OSError as error:
        raise typer.BadParameter(f"{folder} cannot be made: {error.strerror}", param_hint="DIR") from None
    typer.echo(f"made {folder}/")
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            typer.echo(f"  {path.relative_to(folder)}")
    first = f"raftkit test 2A --impl {shlex.quote(str(folder))}"
    typer.echo("next:")
    typer.echo(f"  {first}   see the first tests fail, and why")
    typer.echo(f"  {'raftkit suites':<{len(first)}}   see what is tested")
