"""The hostile implementations as a table of docs/isolation.md; run as a program, it writes that table anew."""

import ast
import re
from collections.abc import Iterable
from pathlib import Path

HOSTILE = Path(__file__).parent / "hostile"
FILES = sorted(path for path in HOSTILE.glob("*.py") if path.name != "base.py")
PAGE = Path(__file__).parents[2] / "docs/isolation.md"
BEGIN, END = "<!-- hostile: from tests/worlds_process/hostile -->\n", "<!-- /hostile -->\n"


def said(path: Path, word: str) -> list[str]:
    """What the head of a file says after a word."""
    return re.findall(rf"^# {word}: (.+)$", path.read_text(), re.MULTILINE)


def table(files: Iterable[Path]) -> str:
    """A row for each: what it does, and how it ends."""
    rows = ["| the implementation | ends as |", "| --- | --- |"]
    for path in files:
        doc = ast.get_docstring(ast.parse(path.read_text())) or ""
        ends = [re.sub(r"!+… .*", "…", each) for each in said(path, "expect")[0].split(" | ")]
        apart = (
            " (apart)"
            if said(path, "shared")
            else "".join(f"; when apart, {each}" for each in said(path, "apart"))
        )
        rows.append(f"| {doc.partition(chr(10))[0].rstrip('.')} | {', or '.join(ends)}{apart} |")
    return "\n".join(rows) + "\n"


def main() -> None:
    """Write the table."""
    text = PAGE.read_text()
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    PAGE.write_text(text[:begin] + table(FILES) + text[end:])


if __name__ == "__main__":
    main()
