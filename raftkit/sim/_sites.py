"""Places in an implementation's code, by number: what instrumented code says when it calls us."""

from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FrameType


@dataclass(frozen=True, slots=True)
class Site:
    """A place.

    Attributes:
        filename: The file, as it was compiled.
        line: From 1.
        function: Qualified name of the function.
        text: The expression that is looked at, as it is written; empty for a whole statement.
    """

    filename: str
    line: int
    function: str
    text: str = ""


SITES: list[Site] = []
"""All of this process, in the order in which code was compiled: nothing may depend on a number's value."""


_OURS = str(Path(__file__).parents[1])
_running: dict[tuple[CodeType, int], int] = {}


def running(frame: FrameType | None) -> int:
    """The number of the place that is running, in the innermost frame that is not of this package."""
    while frame is not None and frame.f_code.co_filename.startswith(_OURS):
        frame = frame.f_back
    assert frame is not None
    key = (frame.f_code, frame.f_lineno)
    if key not in _running:
        _running[key] = number(Site(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname))
    return _running[key]


def number(site: Site) -> int:
    """Give a place a number."""
    SITES.append(site)
    return len(SITES) - 1
