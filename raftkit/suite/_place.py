"""Where something stands in a suite file: every refusal points at a file, a line and a column."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

from raftkit.errors import SuiteError

MAX_MESSAGE = 300
"""Characters of a message; what it quotes may be a megabyte."""


@dataclass(frozen=True, slots=True)
class Place:
    """A character of a suite file; lines and columns count from 1."""

    file: str
    line: int
    column: int

    def shifted(self, columns: int) -> "Place":
        """Point further right on the same line."""
        return Place(self.file, self.line, self.column + columns)

    def error(self, message: str, *, advice: str = "") -> SuiteError:
        """Make the refusal that points here; the caller raises it.

        Messages quote what stands in the file, which may be long and hold anything, also an escape
        sequence for the reader's terminal.
        """
        message = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in message)
        if len(message) > MAX_MESSAGE:
            message = message[:MAX_MESSAGE] + "..."
        return SuiteError(message, file=self.file, line=self.line, column=self.column, advice=advice)


def suggest(word: str, known: Iterable[str]) -> str:
    """Advise the known words that look most like an unknown one, or list them when they are few."""
    words = sorted(set(known))
    lowered = {candidate.lower(): candidate for candidate in reversed(words)}
    cutoff = 0.6 if len(word) > 3 else 0.5
    close = [lowered[match] for match in difflib.get_close_matches(word.lower(), lowered, n=3, cutoff=cutoff)]
    if close:
        return "did you mean " + " or ".join(f"`{match}`" for match in close) + "?"
    if 0 < len(words) <= 30:
        return "known here: " + ", ".join(words)
    return ""
