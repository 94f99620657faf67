"""``raftkit export``: a trace for other people's viewers."""

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from raftkit.cli._accept import accept, duration_ns

if TYPE_CHECKING:
    from raftkit.trace import Event


def export(
    source: Annotated[
        str | None,
        typer.Argument(
            metavar="RUN|FILE|-",
            help="A run, a trace, or - for a pipe. Default: the last run's first failure.",
        ),
    ] = None,
    shiviz: Annotated[bool, typer.Option("--shiviz", help="A log for ShiViz, with vector clocks.")] = False,
    chrome: Annotated[
        bool, typer.Option("--chrome-trace", help="JSON for Perfetto and chrome://tracing.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Default: standard output.")
    ] = None,
    start: Annotated[str, typer.Option("--from", metavar="TIME", help="From then on: 2.1s.")] = "",
    end: Annotated[str, typer.Option("--to", metavar="TIME", help="Up to then: 2.4s.")] = "",
) -> int:
    """Write a trace in the format of another viewer."""
    from raftkit.cli._logs_source import resolve
    from raftkit.report.export import chrome_trace, shiviz_log
    from raftkit.trace import name_of, read_trace

    if shiviz == chrome:
        raise typer.BadParameter("give one of --shiviz and --chrome-trace", param_hint="--shiviz")
    first, last = accept("--from", duration_ns, start) or 0, accept("--to", duration_ns, end)
    form: Callable[[Iterable[Event], str], Iterator[str]] = shiviz_log if shiviz else chrome_trace
    path = resolve(source)
    _write(form(_between(read_trace(path), first, last), name_of(path)), output)
    return 0


def _between(events: Iterable["Event"], first: int, last: int | None) -> Iterator["Event"]:
    for event in events:
        if last is not None and event.at_ns > last:
            return
        if event.at_ns >= first:
            yield event


def _write(lines: Iterator[str], output: Path | None) -> None:
    """Write to standard output, or to a file that is whole or not there at all."""
    if output is None:
        for line in lines:
            sys.stdout.write(f"{line}\n")
        return
    is_special = output.exists() and not output.is_file()
    target = output if is_special else output.with_name(f".{output.name}.{os.getpid()}.tmp")
    try:
        with open(target, "w", encoding="utf-8", errors="replace") as file:
            for line in lines:
                file.write(f"{line}\n")
        if not is_special:
            os.replace(target, output)
    except OSError as error:
        raise typer.BadParameter(f"{output} cannot be written: {error.strerror}", param_hint="-o") from None
    finally:
        if not is_special:
            with contextlib.suppress(OSError):
                target.unlink()
