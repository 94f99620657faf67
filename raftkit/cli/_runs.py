"""``raftkit runs``: what was run here, newest first; one of them in full; and room for new ones."""

from typing import Annotated

import typer

app = typer.Typer(
    help="List past runs, show one, or remove old ones.", invoke_without_command=True, rich_markup_mode=None
)


@app.callback()
def runs(context: typer.Context) -> None:
    """List past runs, show one, or remove old ones."""
    if context.invoked_subcommand is None:
        list_runs()


@app.command("list")
def list_runs() -> None:
    """List past runs, newest first: verdict, tests, seed, when, the first failure and its reason."""
    from raftkit.cli._runs_text import runs_table
    from raftkit.runner.find_run import last_run_id
    from raftkit.runner.past_runs import RUNS, past_runs

    found = past_runs()
    if not found:
        typer.echo(f"no runs are kept here, in {RUNS}; raftkit test makes one")
        return
    width = None if not _is_terminal() else _terminal_width()
    for line in runs_table(found, last=last_run_id(), width=width):
        typer.echo(line)


@app.command()
def show(
    run: Annotated[
        str, typer.Argument(metavar="RUN", help="last, an id or its beginning, <run>/<test>-<seed>.")
    ] = "last",
) -> None:
    """Show what a run came to, and every failure with the command that repeats it."""
    from raftkit.cli._runs_text import run_text
    from raftkit.runner.find_run import find_run

    for line in run_text(find_run(run)):
        typer.echo(line)


@app.command()
def prune(
    keep: Annotated[int, typer.Option(metavar="N", min=0, help="How many of the newest stay.")],
) -> int:
    """Remove the oldest runs; those still under way stay."""
    from raftkit.cli._exits import Exit
    from raftkit.runner.prune_runs import prune_runs

    pruned = prune_runs(keep)
    size = f"{pruned.bytes / 1e6:.1f} MB"
    typer.echo(
        f"removed {pruned.removed} {'run' if pruned.removed == 1 else 'runs'}, {size}; {pruned.kept} kept"
    )
    for refusal in pruned.refused:
        typer.echo(refusal, err=True)
    return Exit.FAULT if pruned.refused else Exit.PASSED


def _is_terminal() -> bool:
    import sys

    return sys.stdout.isatty()


def _terminal_width() -> int:
    import shutil

    return shutil.get_terminal_size((100, 50)).columns
