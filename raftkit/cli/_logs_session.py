"""One ``raftkit logs``: lines become rows on a page, in a pager, on a terminal or in a pipe."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice

from raftkit.cli._exits import Exit
from raftkit.cli._logs_source import STDIN, open_source, resolve
from raftkit.cli._pager import Write, paged
from raftkit.report.columns import Line, Page, Wanted, fitting_columns, least_width, pick
from raftkit.trace import TraceError

PIPE_WIDTH = 160
"""Cells of a row where there is no terminal that says how many it has."""
PEEKED_LINES = 2000
"""Lines of a file that are looked at to see how many servers there are."""
_ASCII = str.maketrans(
    {"→": "->", "✓": "+", "✗": "!", "…": "...", "│": "|", "┊": ":", "─": "-", "╌": "~", "◆": "*", "◇": "*"}
)

Lines = Iterator[Line | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LogsOptions:
    """What the user asked for, understood."""

    source: str | None
    wanted: Wanted
    columns: int | None = None
    follow: bool = False
    color: bool | None = None
    pager: bool = True
    width: int | None = None


def show_logs(options: LogsOptions) -> int:
    """Show a trace or a log.

    Raises:
        RaftkitError: There is none, or it is damaged; what could be read has been shown.
    """
    try:
        return _show(options)
    except KeyboardInterrupt:
        if options.follow:  # that is how one leaves
            return Exit.PASSED
        raise


def _show(options: LogsOptions) -> int:
    source = resolve(options.source)
    shown = 0
    topics: set[str] = set()
    with (
        open_source(source, grows=options.follow) as lines,
        paged(options.pager and not options.follow) as write,
    ):
        peeked, lines = _peek(lines, 1 if source == STDIN or options.follow else PEEKED_LINES)
        page = _page(options, _servers(peeked))
        picked = pick(_noting(topics, lines), options.wanted)
        shown = _write(picked, page, _speaking(write))
    if not shown and topics and (options.wanted.picks or options.wanted.ignore):
        print(f"raftkit logs: no line fits; topics here: {' '.join(sorted(topics))}", file=sys.stderr)
    return Exit.PASSED


def _noting(topics: set[str], lines: Lines) -> Lines:
    """Pass lines on and note what they are about."""
    for line in lines:
        if line is not None:
            topics.add(line.topic)
        yield line


def _write(lines: Lines, page: Page, write: Write) -> int:
    """Write them, and return how many were no rules."""
    shown = 0
    for line in lines:
        if line is None:
            sys.stdout.flush()
            continue
        shown += not line.look.is_wide
        for row in page.rows(line):
            write(f"{row}\n")
    return shown


def _peek(lines: Lines, count: int) -> tuple[list[Line | None], Lines]:
    """Return the first lines, and all of them; an error in them comes when its turn does."""
    peeked: list[Line | None] = []
    try:
        peeked.extend(islice(lines, count))
    except TraceError as error:
        return peeked, chain(peeked, _raising(error))
    return peeked, chain(peeked, lines)


def _raising(error: TraceError) -> Lines:
    yield from ()
    raise error


def _servers(lines: list[Line | None]) -> int:
    """How many servers there are, as far as these lines show."""
    numbers = (
        max(len(line.life), (line.server if line.server is not None else -1) + 1, (line.target or -1) + 1)
        for line in lines
        if line is not None
    )
    return max(numbers, default=0)


# --- the page ---


def _page(options: LogsOptions, servers: int) -> Page:
    is_terminal = sys.stdout.isatty()
    width = options.width or (_terminal_width() if is_terminal else None)
    columns = _columns(options, servers, width)
    return Page(
        columns=columns,
        width=width or (_terminal_width() if columns else None),
        is_coloured=_is_coloured(options.color, is_terminal),
    )


def _columns(options: LogsOptions, servers: int, width: int | None) -> tuple[int, ...]:
    """The servers that get a column: those asked for, else all where they are comfortable to read."""
    asked = options.wanted.servers
    there = tuple(sorted(asked)) if asked else tuple(range(options.columns or servers))
    if options.columns is None:
        return there if width is not None and fitting_columns(len(there), width) else ()
    if options.columns == 0:
        return ()
    needed, room = least_width(len(there)), width or _terminal_width()
    if needed > room:
        print(
            f"raftkit logs: {len(there)} columns need {needed} characters and there are {room}: "
            "here is a list; --server 0-2 shows fewer servers",
            file=sys.stderr,
        )
        return ()
    return there


def _terminal_width() -> int:
    return max(20, shutil.get_terminal_size((PIPE_WIDTH, 50)).columns)


def _is_coloured(asked: bool | None, is_terminal: bool) -> bool:
    if asked is not None:
        return asked
    return is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM", "dumb") != "dumb"


def _speaking(write: Write) -> Write:
    """Leave out signs that the terminal's encoding does not have."""
    try:
        "→✓✗│┊─╌◆◇…".encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return lambda row: write(row.translate(_ASCII))
    return write
