"""The app, and how every command ends."""

import errno
import os
import signal
import sys
import traceback
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from raftkit.cli import (
    _bisect,
    _chaos,
    _doctor,
    _export,
    _gotest,
    _grade,
    _gradescope,
    _logs,
    _new,
    _replay,
    _runs,
    _shrink,
    _stress,
    _suites,
    _test,
    _timeline,
    _zoo,
)
from raftkit.cli._exits import Exit
from raftkit.errors import RaftkitError

_UsageError: Any = typer.BadParameter.__mro__[2]
"""Typer carries click, under one name or another: the root of its usage errors."""

_TYPER_INTERRUPTED = 130
"""What newer typers return when a KeyboardInterrupt comes up to them."""

_MACHINE = frozenset({
    *(errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EIO),
    *(errno.ENOMEM, errno.EMFILE, errno.ENFILE, errno.EAGAIN),
})  # fmt: skip
"""What the operating system says when something has run out."""


class _Commands(TyperGroup):
    """Knows commands of two words beside those of one: ``chaos show`` beside ``chaos``."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        words = " ".join(args[:2])
        if words in self.commands:
            return words, self.commands[words], args[2:]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    name="raftkit",
    cls=_Commands,
    help="Test a Raft implementation, in virtual time, under every weather.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
app.command("test")(_test.run_tests)
app.command("gotest")(_gotest.gotest)
app.command("stress")(_stress.stress)
app.command("chaos")(_chaos.chaos)
app.command("chaos show")(_chaos.show)
app.command("bisect")(_bisect.bisect)
app.command("zoo")(_zoo.zoo)
app.command("grade")(_grade.grade)
app.command("grade init-gradescope")(_gradescope.init_gradescope)
app.command("grade autograder", hidden=True)(_gradescope.autograder)
app.command("replay")(_replay.replay)
app.command("shrink")(_shrink.shrink)
app.command("diff")(_replay.diff)
app.command("logs")(_logs.logs)
app.command("timeline")(_timeline.timeline)
app.add_typer(_runs.app, name="runs")
app.command("export")(_export.export)
app.add_typer(_suites.app, name="suites")
app.command("new")(_new.new)
app.command("doctor")(_doctor.doctor)


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
    _open_standard_streams()
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
        return _end("interrupted", Exit.INTERRUPTED) if code == _TYPER_INTERRUPTED else code
    except _UsageError as error:
        error.show()
        return Exit.USAGE
    except RaftkitError as error:
        from raftkit.report.clean import clean_lines

        typer.echo(clean_lines(str(error)), err=True)
        return Exit.USAGE
    except (KeyboardInterrupt, typer.Abort):
        return _end("interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        return Exit.INTERRUPTED
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _MACHINE:
            return _end(f"the machine does not let us go on: {error}", Exit.FAULT)
        if isinstance(error, FileNotFoundError) and _is_nowhere():
            return _end("the current folder is gone; cd to one that exists", Exit.USAGE)
        advice = "This is raftkit's own fault. Please report it with the text above."
        return _end(f"{traceback.format_exc()}\n{advice}", Exit.FAULT)


def _is_nowhere() -> bool:
    """Whether the current folder has been removed."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


def _end(text: str, code: Exit) -> Exit:
    """Say why it ends, if anybody hears it."""
    from raftkit.report.screen import complain

    complain(text)
    return code


def _open_standard_streams() -> None:
    """Where the shell has closed one (``>&-``), let it lead nowhere: else the next file would become it."""
    while (descriptor := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass
    os.close(descriptor)
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115


def _flush() -> None:
    """Say what is still to be said; Python would end with a code of its own if nobody could hear it."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            from raftkit.report.screen import discard

            discard(stream)
