"""``raftkit suites``: what is tested, and whether a suite is well formed."""

from pathlib import Path
from typing import Annotated

import typer

from raftkit.cli._exits import Exit

app = typer.Typer(
    help="List the suites and their tests, show one, or check a file.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def suites(context: typer.Context) -> None:
    """List the suites and their tests, show one, or check a file."""
    if context.invoked_subcommand is None:
        list_suites()


@app.command("list")
def list_suites() -> None:
    """List the suites and their tests: name, servers, title."""
    from raftkit.suite import load_suite, suites_dir

    for path in sorted(suites_dir().rglob("*.yaml")):
        suite = load_suite(path)
        typer.echo(f"{suite.part}  {suite.title}  ({len(suite.tests)} tests)")
        for test in suite.tests:
            typer.echo(f"  {test.id:<34} {test.servers}  {test.title}")


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Suites in YAML.")],
) -> int:
    """Check that suites are well formed."""
    from raftkit.errors import SuiteError
    from raftkit.suite import load_suite

    refused = 0
    for path in files:
        try:
            suite = load_suite(path)
        except SuiteError as error:
            refused += 1
            typer.echo(str(error), err=True)
        else:
            typer.echo(f"{path}: ok, {len(suite.tests)} tests")
    return Exit.USAGE if refused else Exit.PASSED


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="TEST", help="A test's name, for example TestFigure82C.")],
) -> None:
    """Show what a test does, step by step."""
    from raftkit.suite import explain, find_tests, suites_dir

    for test in find_tests([name], suites_dir=suites_dir()):
        typer.echo(explain(test))
