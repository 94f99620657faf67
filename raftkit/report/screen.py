"""Where lines go: a terminal with colours and a live line, or a pipe with plain text."""

import os
import sys
from collections.abc import Callable
from typing import Any, Protocol, TextIO


class Screen(Protocol):
    """Takes finished lines, and one that changes."""

    is_broken: bool
    """Whether nobody reads any more, or nothing can be written."""

    def line(self, text: str, style: str = "") -> None:
        """Print a line. ``style`` is a rich style, ignored where there are no colours."""
        ...

    def live(self, text: Callable[[], str]) -> None:
        """Show, below all lines, what ``text`` says from now on, where that is possible."""
        ...

    def close(self) -> None:
        """Take the live line away."""
        ...


class PlainScreen:
    """For pipes and files: lines alone, no control codes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self.is_broken = False

    def line(self, text: str, style: str = "") -> None:
        """Print a line; when nobody reads any more, remember that and stay quiet."""
        if self.is_broken:
            return
        try:
            self._stream.write(text + "\n")
            self._stream.flush()
        except OSError as error:
            self.is_broken = True
            discard(self._stream)
            if not isinstance(
                error, BrokenPipeError
            ):  # a full disk is news, a closed pipe was somebody's wish
                complain(f"the output cannot be written: {error.strerror}")

    def live(self, text: Callable[[], str]) -> None:
        """Show nothing: a pipe has no line that changes."""

    def close(self) -> None:
        """Nothing to take away."""


class TerminalScreen:
    """For people: colours, unless NO_COLOR says otherwise, and a live line at the bottom."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

        self._stream = stream
        self._console = Console(file=stream, highlight=False, markup=False, emoji=False)
        self._live: Any = None
        self.is_broken = False

    def line(self, text: str, style: str = "") -> None:
        """Print a line above the live one."""
        if self.is_broken:
            return
        try:
            self._console.print(text, style=style, soft_wrap=True)
        except OSError:  # the terminal was closed
            self._break()

    def _break(self) -> None:
        self.is_broken = True
        discard(self._stream)

    def live(self, text: Callable[[], str]) -> None:
        """Show what ``text`` says, eight times a second."""
        from rich.live import Live
        from rich.text import Text

        def render() -> Text:
            return Text(text(), style="dim", no_wrap=True, overflow="ellipsis")

        self._live = Live(
            console=self._console,
            get_renderable=render,
            transient=True,
            refresh_per_second=8,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()

    def close(self) -> None:
        """Take the live line away."""
        if self._live is not None:
            live, self._live = self._live, None
            try:
                live.stop()
            except OSError:
                self._break()


def discard(stream: TextIO) -> None:
    """Let a stream that nobody reads swallow what still comes, also at the interpreter's end."""
    try:
        descriptor = stream.fileno()
    except (OSError, ValueError):
        return
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


def complain(text: str) -> None:
    """Print a sentence on standard error, if anybody can see it."""
    try:
        print(text, file=sys.stderr, flush=True)
    except OSError:
        discard(sys.stderr)


def open_screen(stream: TextIO | None = None) -> Screen:
    """Return the screen that suits a stream, standard output by default."""
    stream = stream or sys.stdout
    is_terminal = stream.isatty() and os.environ.get("TERM", "") not in ("dumb", "")
    return TerminalScreen(stream) if is_terminal else PlainScreen(stream)
