"""Places in an implementation's code, by number: what instrumented code says when it calls us."""

from dataclasses import dataclass


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


def number(site: Site) -> int:
    """Give a place a number."""
    SITES.append(site)
    return len(SITES) - 1
