"""A line of a log: one event as people read it, before it is laid out."""

from dataclasses import dataclass, field
from enum import Enum, auto

from raftkit.report.clean import clean

LONGEST_TEXT = 4000
"""Characters; what is longer is cut, and says so."""


class Look(Enum):
    """How a line is drawn."""

    PLAIN = auto()
    QUIET = auto()
    """Routine: drawn dim."""
    STATE = auto()
    """A server's new term or role."""
    BAD = auto()
    """Something broke."""
    STEP = auto()
    """A rule across the page: the test goes on."""
    SUBSTEP = auto()
    """A step inside a step: less of a rule."""
    CLIENT = auto()
    """A line across the page: what a client of a workload asks for, or is told."""
    FAULT = auto()
    """A rule: servers and links go or come back."""
    TEST = auto()
    """A rule: the test begins, or ends well."""
    FAILURE = auto()
    """A rule: the test ends otherwise."""
    RAW = auto()
    """A line that is no event, as it was."""

    @property
    def is_wide(self) -> bool:
        """Whether it goes across all columns."""
        return self in _WIDE


_WIDE = frozenset({Look.STEP, Look.SUBSTEP, Look.CLIENT, Look.FAULT, Look.TEST, Look.FAILURE, Look.RAW})


@dataclass(slots=True)
class Line:
    """One line.

    Attributes:
        at_ns: When, in virtual time.
        topic: Four letters, such as ``VOTE``.
        text: What happened; safe to print.
        look: How it is drawn.
        server: In whose column; None for a line across the page.
        target: Whom an RPC is for.
        term: The term that it is about, where that is known.
        fate: What became of an RPC.
        is_good: Whether that is what the caller hoped for.
        is_settled: Whether the fate is known.
        call: The RPC's number, or 0.
        is_timed: Whether the line itself said when it happened.
        run: Indexes and commands that were applied, one after the other.
        life: What each server's lifeline looks like at that moment, one character a server.
    """

    at_ns: int
    topic: str
    text: str
    look: Look = Look.PLAIN
    server: int | None = None
    target: int | None = None
    term: int | None = None
    fate: str = ""
    is_good: bool = True
    is_settled: bool = True
    call: int = 0
    is_timed: bool = True
    run: list[tuple[int, str]] = field(default_factory=list)
    life: str = ""

    @property
    def words(self) -> str:
        """The whole line but its time and topic, and what it leaves out: what a pattern is looked for in."""
        if self.server is None:
            return self.text
        if self.run:
            return f"S{self.server} {self.text}  " + " ".join(command for _, command in self.run)
        who = f"S{self.server}" if self.target is None else f"S{self.server} → S{self.target}"
        return f"{who} {self.text}  {self.fate}" if self.fate else f"{who} {self.text}"


def safe(text: str) -> str:
    """Return untrusted text as one line that is safe to print, of bounded length."""
    if len(text) > LONGEST_TEXT:
        text = f"{text[:LONGEST_TEXT]}… ({len(text)} characters)"
    return text if text.isprintable() else clean(text)
