"""The app, and how every command ends."""

import os
import signal
import sys
import traceback
from typing import Annotated, Any

import typer

from raftkit.cli import _doctor, _new, _suites, _test
from raftkit.cli._exits import Exit
from raftkit.errors import RaftkitError

_UsageError: Any = typer.BadParameter.__mro__[2]
"""Typer carries click, under one name or another: the root of its usage errors."""

_TYPER_INTERRUPTED = 130
"""What newer typers return when a KeyboardInterrupt comes up to them."""

app = typer.Typer(
    name="raftkit",
    help="Test a Raft implementation, in virtual time, under every weather.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
app.command("test")(_test.run_tests)
app.command("new")(_new.new)
app.command("doctor")(_doctor.doctor)
app.add_typer(_suites.app, name="suites")


def _show_version(wanted: bool) -> None:
    if wanted:
        from raftkit import __version__

        typer.echo(f"raftkit {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # an old locale must not turn a verdict into an error
    code = run(arguments)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is all said and done
    _flush()
    sys.exit(code)


def run(arguments: list[str] | None = None) -> int:
    """Run the command line and return its exit code; every error ends here, as a sentence."""
    try:
        code = int(app(arguments, prog_name="raftkit", standalone_mode=False) or Exit.PASSED)
        return Exit.INTERRUPTED if code == _TYPER_INTERRUPTED else code
    except _UsageError as error:
        error.show()
        return Exit.USAGE
    except RaftkitError as error:
        from raftkit.report.clean import clean_lines

        typer.echo(clean_lines(str(error)), err=True)
        return Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        typer.echo("interrupted", err=True)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        from raftkit.report.screen import discard

        discard(sys.stdout)
        return Exit.INTERRUPTED
    except Exception:
        traceback.print_exc()
        typer.echo("\nThis is raftkit's own fault. Please report it with the text above.", err=True)
        return Exit.FAULT


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
