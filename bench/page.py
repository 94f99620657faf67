"""docs/bench.md, whose sections are written by several commands, each its own."""

import re
from itertools import pairwise
from pathlib import Path

PAGE = Path(__file__).parents[1] / "docs" / "bench.md"
_HEADING = re.compile(r"^##? .*\n", re.MULTILINE)


def write_section(heading: str, lines: list[str], page: Path = PAGE) -> str:
    """Replace a section of a page, or add it behind the others; return it.

    Args:
        heading: The whole line: ``# Title``, ``## Section``.
        lines: What stands below it.
        page: The file.
    """
    text = "\n".join([heading, "", *lines]) + "\n"
    old = page.read_text() if page.exists() else ""
    starts = [*(match.start() for match in _HEADING.finditer(old)), len(old)]
    sections = [old[start:end].strip("\n") + "\n" for start, end in pairwise(starts)]
    places = [place for place, section in enumerate(sections) if section.startswith(f"{heading}\n")]
    if places:
        sections[places[0]] = text
    else:
        sections.append(text)
    page.parent.mkdir(exist_ok=True)
    page.write_text("\n".join(sections))
    return text
