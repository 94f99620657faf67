"""Text in cells: how wide it is on a terminal, and where it breaks."""

from collections.abc import Iterator

Span = tuple[str, str]
"""A text and its style."""


def width(text: str) -> int:
    """Return how many cells a text takes; a wide character takes two."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def chop(text: str, room: int) -> tuple[str, str]:
    """Return as much of the text as fits, at least one character, and the rest."""
    if text.isascii():
        return text[:room], text[room:]
    used = 0
    for place, character in enumerate(text):
        used += width(character)
        if used > room and place > 0:
            return text[:place], text[place:]
    return text, ""


def wrap(spans: list[Span], room: int) -> list[list[Span]]:
    """Break spans into rows of at most ``room`` cells, between words where that is possible."""
    rows: list[list[Span]] = [[]]
    used = 0
    for word, style in _words(spans):
        size = width(word)
        if used and used + size > room:
            rows.append([])
            used, word = 0, word.lstrip()
            size = width(word)
        while size > room:
            part, word = chop(word, room)
            rows[-1].append((part, style))
            rows.append([])
            size = width(word)
        if word:
            rows[-1].append((word, style))
            used += size
    return [row for row in rows if row] or [[]]


def _words(spans: list[Span]) -> Iterator[Span]:
    """Split at spaces; each word but the first begins with the space before it."""
    for text, style in spans:
        start = 0
        while (end := text.find(" ", start + 1)) >= 0:
            yield text[start:end], style
            start = end
        if text[start:]:
            yield text[start:], style
