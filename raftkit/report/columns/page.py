"""Lines laid out: one column a server where there is room, else one line under the other.

::

      0.635430 VOTE  │ → S2 RequestVote T1     │                        │
                     │ last=0/0 ✓ granted      │                        │
                     │ 0.6 ms                  │                        │
      0.635576 TERM  │                         │                        │ ◇ follower T1
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from raftkit.model import SECOND, US
from raftkit.report.columns.cells import Span, width, wrap
from raftkit.report.columns.line import Line, Look
from raftkit.report.columns.lives import WHOLE
from raftkit.report.columns.palette import BAD, BOLD, DIM, GOOD, joined, paint, topic_code

GUTTER = 17
"""Cells before the first column: time, topic, and the space around them."""
LEAST_CELL = 9
"""Cells of text below which a column is no use."""
COMFORTABLE_CELL = 20
"""Cells of text from which columns are chosen when nobody asks for them."""
MOST_ROWS = 15
"""Rows of one line in a column; what is longer is cut."""
HEADER_EVERY = 40
"""Rows after which the next step repeats the names of the columns."""
NEVER = 1_000_000_000
_BORDER = 3
"""Cells of a column that are no text: its lifeline, and a space on either side."""
_STROKES = {Look.FAULT: "╌", Look.SUBSTEP: "·", Look.CLIENT: "·"}
_HARD = "\u00a0"
"""A space at which no row breaks."""


def cell_room(columns: int, page_width: int) -> int:
    """Return how many cells of text each of so many columns has on a page."""
    return (page_width - GUTTER) // columns - _BORDER if columns else 0


def fitting_columns(servers: int, page_width: int) -> bool:
    """Whether so many columns are comfortable to read."""
    return cell_room(servers, page_width) >= COMFORTABLE_CELL


def least_width(columns: int) -> int:
    """Return how many cells a page needs for so many columns."""
    return GUTTER + columns * (LEAST_CELL + _BORDER)


@dataclass(kw_only=True)
class Page:
    """Lays out lines.

    Attributes:
        columns: The servers that have one; none for a list.
        width: Cells of a row; None for as many as it takes, in a list.
        is_coloured: Whether escape sequences may be used.
    """

    columns: tuple[int, ...] = ()
    width: int | None = None
    is_coloured: bool = False

    def __post_init__(self) -> None:
        self._rows_since_header = NEVER
        self._room = cell_room(len(self.columns), self.width or 0)
        self._around = lru_cache(maxsize=512)(self._draw_around)
        self._style = lru_cache(maxsize=512)(_style)

    def rows(self, line: Line) -> Iterator[str]:
        """Yield the rows of a line, without line breaks."""
        if line.look.is_wide:
            yield from self._rule(line)
            if line.look in (Look.STEP, Look.TEST) and line.is_timed:
                yield from self._header(HEADER_EVERY)
            return
        yield from self._header(NEVER)
        column = self._column_of(line)
        for row in self._listed(line) if column is None else self._in_column(line, column):
            self._rows_since_header += 1
            yield row

    # --- across the page ---

    def _rule(self, line: Line) -> Iterator[str]:
        code = self._style(line.look, line.topic)
        if not line.is_timed:
            yield self._paint(line.text, code)
            return
        stroke = _STROKES.get(line.look, "─")
        head = f"{_clock(line.at_ns)} {stroke * 2} "
        room = None if self.width is None else max(self.width - len(head) - 1, LEAST_CELL)
        rows = wrap([(line.text, "")], room) if room else [[(line.text, "")]]
        for number, row in enumerate(rows):
            text = "".join(part for part, _ in row)
            if number == 0 and room and line.look not in (Look.SUBSTEP, Look.CLIENT):
                text = f"{text} {stroke * (room - width(text))}"
            yield self._paint(head if number == 0 else " " * len(head), DIM) + self._paint(text, code)

    def _header(self, after: int) -> Iterator[str]:
        """The names of the columns, if that many rows have gone by without."""
        if self.columns and self._rows_since_header >= after:
            self._rows_since_header = 0
            cells = "".join(f"{WHOLE} {f'S{server}':<{self._room + 1}}" for server in self.columns)
            yield self._paint(" " * GUTTER + cells.rstrip(), BOLD)

    # --- one under the other ---

    def _listed(self, line: Line) -> Iterator[str]:
        spans = [(f"S{line.server}", BOLD), *self._spans(line)]
        spans[1] = (f" {spans[1][0]}", spans[1][1])
        gutter = self._gutter(line)
        room = None if self.width is None else self.width - GUTTER
        for row in wrap(spans, max(room, LEAST_CELL)) if room is not None else [spans]:
            yield gutter + self._painted(row)
            gutter = " " * GUTTER

    # --- in columns ---

    def _column_of(self, line: Line) -> int | None:
        for server in (line.server, line.target):
            if server in self.columns:
                return self.columns.index(server)
        return None

    def _in_column(self, line: Line, column: int) -> Iterator[str]:
        spans = self._spans(line)
        if line.server != self.columns[column]:
            spans.insert(0, (f"S{line.server} ", BOLD))
        rows = wrap(spans, self._room)
        if len(rows) > MOST_ROWS:
            rows[MOST_ROWS - 1 :] = [[("…", DIM)]]
        before, after = self._around(line.life, column)
        gutter = self._gutter(line)
        for row in rows:
            used = sum(width(part) for part, _ in row)
            pad = " " * (self._room - used + 1) if after else ""
            yield gutter + before + self._painted(row) + pad + after
            gutter = " " * GUTTER

    def _draw_around(self, life: str, column: int) -> tuple[str, str]:
        """The lifelines left of a cell, its own included, and right of it."""
        marks = [life[server] if server < len(life) else WHOLE for server in self.columns]
        blank = " " * (self._room + _BORDER - 1)
        before = blank.join(marks[: column + 1]) + " "
        after = blank.join(marks[column + 1 :])
        return self._paint(before, DIM), self._paint(after, DIM).rstrip()

    # --- pieces ---

    def _gutter(self, line: Line) -> str:
        topic = f" {line.topic[:5]:<5} "
        return self._paint(_clock(line.at_ns), DIM) + self._paint(topic, self._style(line.look, line.topic))

    def _spans(self, line: Line) -> list[Span]:
        style = self._style(line.look, line.topic)
        text = line.text if line.target is None else f"→ S{line.target} {line.text}"
        if not line.fate:
            return [(text, style)]
        fate = line.fate.replace(" ", _HARD) if len(line.fate) < self._room or not self._room else line.fate
        return [(text, style), (f" {fate}", GOOD if line.is_good else BAD)]

    def _painted(self, spans: list[Span]) -> str:
        if not self.is_coloured:
            return "".join(text for text, _ in spans).replace(_HARD, " ")
        merged: list[Span] = []
        for text, style in spans:
            if merged and merged[-1][1] == style:
                merged[-1] = (merged[-1][0] + text, style)
            else:
                merged.append((text, style))
        return "".join(paint(text, style) for text, style in merged).replace(_HARD, " ")

    def _paint(self, text: str, code: str) -> str:
        return paint(text, code) if self.is_coloured else text


def _style(look: Look, topic: str) -> str:
    match look:
        case Look.BAD | Look.FAILURE:
            return joined(BOLD, BAD)
        case Look.STATE:
            return joined(BOLD, topic_code(topic))
        case Look.QUIET:
            return joined(DIM, topic_code(topic))
        case Look.STEP | Look.TEST:
            return joined(BOLD, topic_code("TEST"))
        case Look.SUBSTEP:
            return joined(DIM, topic_code("TEST"))
        case Look.FAULT:
            return topic_code("DROP")
        case Look.RAW:
            return ""
    return topic_code(topic)


def _clock(at_ns: int) -> str:
    """``  2.314208``: seconds of virtual time."""
    seconds, rest = divmod(at_ns, SECOND)
    return f"{seconds:3}.{rest // US:06d}"
