"""Shows a stress run while it goes on: a table that lives on a terminal, a line now and then elsewhere."""

import os
import sys
from typing import Any, TextIO

from raftkit.report.screen import PlainScreen, discard
from raftkit.stress.book import Book
from raftkit.stress.journal import Entry
from raftkit.stress.rows import Row, rows
from raftkit.stress.tally import Count, Group
from raftkit.stress.watch import View
from raftkit.stress.words import clock, number, pace, repeat, shorten, shortly, title

FIRST_LINE_SECONDS, LONGEST_PAUSE_SECONDS = 10.0, 60.0
"""Plain lines come after 10, 20, 40 seconds, and then once a minute."""
GROUPS_SHOWN = 5
BAR_WIDTH = 30


def open_view(stream: TextIO | None = None) -> View:
    """Return the view that suits a stream, standard output by default."""
    stream = stream or sys.stdout
    is_terminal = stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "")
    return LiveView(stream) if is_terminal else PlainView(stream)


class PlainView:
    """For pipes and files."""

    def __init__(self, stream: TextIO) -> None:
        self._screen = PlainScreen(stream)
        self._next, self._pause = FIRST_LINE_SECONDS, FIRST_LINE_SECONDS

    @property
    def is_broken(self) -> bool:
        """Whether nobody reads any more."""
        return self._screen.is_broken

    def show(self, book: Book) -> None:
        """Say what broke anew, and now and then how far it is."""
        while book.news:
            for text, _ in news(book, *book.news.pop(0)):
                self._screen.line(text)
        if book.seconds >= self._next:
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
            self._next = book.seconds + self._pause
            left = book.seconds_left
            ending = f", {clock(left)} left" if left is not None else ""
            self._screen.line(f"{clock(book.seconds):>6}  {pace(book)}{ending}")

    def close(self) -> None:
        """Nothing to take away."""


class LiveView:
    """For people."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

        self._stream = stream
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._live: Any = None
        self.is_broken = False

    def show(self, book: Book) -> None:
        """Draw it anew."""
        try:
            self._draw(book)
        except OSError:  # the terminal was closed
            self.is_broken = True
            self._live = None
            discard(self._stream)

    def _draw(self, book: Book) -> None:
        from rich.live import Live

        if self._live is None:
            self._live = Live(
                console=self._console, auto_refresh=False, transient=True, redirect_stdout=False, redirect_stderr=False
            )  # fmt: skip
            self._live.start()
        while book.news:
            for text, style in news(book, *book.news.pop(0)):
                self._console.print(text, style=style, soft_wrap=True)
        self._live.update(self._page(book), refresh=True)

    def close(self) -> None:
        """Take the table away: the ending says more."""
        if self._live is not None:
            live, self._live = self._live, None
            try:
                live.stop()
            except OSError:
                self.is_broken = True
                discard(self._stream)

    def _page(self, book: Book) -> Any:
        from rich.console import Group as Stack
        from rich.text import Text

        groups = [group for tally in book.tallies for group in tally.groups][:GROUPS_SHOWN]
        room = max(1, self._console.height - len(groups) - 8)
        lines = [Text(line, style=style, no_wrap=True) for line, style in self._groups(book, groups)]
        return Stack(Text(), table(rows(book, room)), Text(), self._foot(book), *lines)

    def _foot(self, book: Book) -> Any:
        from rich.text import Text

        size, left = book.planner.size, book.seconds_left
        foot = Text(no_wrap=True, overflow="ellipsis")
        if size:
            filled = round(BAR_WIDTH * book.done / size)
            foot.append("━" * filled, "green" if not book.tally.all.failed else "red")
            foot.append("━" * (BAR_WIDTH - filled) + "  ", "bright_black")
        foot.append(pace(book))
        ending = "stopping" if book.signs.say_stop else f"{clock(left)} left" if left is not None else ""
        foot.append(f"   {clock(book.seconds)}" + (f", {ending}" if ending else ""), "dim")
        return foot

    def _groups(self, book: Book, groups: list[Group]) -> list[tuple[str, str]]:
        width = self._console.width - 2
        lines = [("", "")] if groups else []
        for group in groups:
            where = f"  seed {group.first[0].seed}, {shortly(group)}"
            what = shorten(f"{group.count:5} ×  {title(group.broke)}", max(30, width - len(where)))
            style = "yellow" if group.verdict.is_inconclusive else "red"
            lines.append((shorten(what + where, width), style))
        return lines


def news(book: Book, group: Group, entry: Entry) -> list[tuple[str, str]]:
    """What is said when something breaks: text and style of each line."""
    style = "yellow" if group.verdict.is_inconclusive else "red"
    broke = entry.broke or group.broke
    return [(title(broke), style), (f"    {repeat(book, entry.test, entry.seed, entry.version)}", "dim")]


def table(shown: list[Row]) -> Any:
    """The table of tests, for a terminal."""
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    drawn.add_column("test", no_wrap=True)
    several = len(shown[0].counts) > 1
    has_open = any(count.vacuous or count.errors for row in shown for count in row.counts)
    failed = ["old failed", "new failed"] if several else ["failed"]
    for heading in (*failed, "done", "mean lab s", "slowest", *(["inconclusive"] if has_open else [])):
        drawn.add_column(heading, justify="right", no_wrap=True)
    for row in shown:
        count = Count.sum(row.counts)
        style = "" if count.done else "dim"
        numbers = [number(count.done), f"{count.mean_lab_seconds:.1f}", f"{count.slowest_ns / 1e9:.1f}"]
        cells = [Text(text if count.done else "·", style=style) for text in numbers]
        if has_open:
            cells.append(Text(number(count.vacuous + count.errors), style="yellow"))
        drawn.add_row(Text(row.name, style=style), *map(_failed, row.counts), *cells)
    return drawn


def _failed(count: Count) -> Any:
    from rich.text import Text

    style = "bold red" if count.failed else "green" if count.done else "dim"
    return Text(number(count.failed), style=style)
