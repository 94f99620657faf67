"""What a Go process wrote at its end: a panic, a fatal error, or the stacks that it was asked for. Untrusted text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from raftkit.worlds.process import LastWords

READ_BYTES = 1 << 19
MOST_LINES = 40
LONGEST_TEXT = 4_000
_SERVER = re.compile(r"^server (\d{1,2})$", re.MULTILINE)
_WHAT = re.compile(r"^(?:panic|fatal error): .*(?:\n\t.*)*", re.MULTILINE)
_GOROUTINE = re.compile(r"^goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[(?P<state>[^\]]*)\]:$", re.MULTILINE)
_FRAME = re.compile(r"^(?P<function>\S.*)\n\t(?P<place>\S.*?:\d+)(?: \+0x\S+)?(?: fp=.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Goroutine:
    """One goroutine, as far as it stands in the student's files.

    Attributes:
        state: As Go says it: ``running``, ``sync.Mutex.Lock``, ``chan receive, 2 minutes``.
        place: File and line of the innermost function.
        stack: The functions, innermost first, each with its place below it.
    """

    state: str
    place: str
    stack: str


@dataclass(frozen=True, slots=True)
class Dump:
    """The end of a process.

    Attributes:
        server: Whose goroutine it was; None when that is not known.
        what: ``panic: ...`` or ``fatal error: ...``; empty when there was neither.
        place: File and line of the student's own function, innermost; or empty.
        stack: The student's own frames of that goroutine; when there are none, what was written.
    """

    server: int | None
    what: str
    place: str
    stack: str

    @property
    def words(self) -> LastWords:
        """The same, as any world's process leaves it."""
        return LastWords(self.what, self.stack, "")


def read_dump(file: IO[bytes], root: Path) -> Dump:
    """Read what is left, and find the goroutine that it is about: the first one that stands in the student's files.

    Args:
        file: Where the process wrote.
        root: The student's module.
    """
    file.seek(0)
    text = file.read(READ_BYTES).decode("utf-8", "replace")
    server, what = _SERVER.search(text), _WHAT.search(text)
    first = next(own_goroutines(text, root), None)
    return Dump(
        server=int(server[1]) if server else None,
        what=what[0].replace("\t", "") if what else "",
        place=first.place if first else "",
        stack=first.stack if first else text.strip()[:LONGEST_TEXT],
    )


def own_goroutines(text: str, root: Path) -> Iterator[Goroutine]:
    """Yield the goroutines of a dump that stand in a student's files.

    Running ones come first: those that wait are not what a stalled process is about.
    """
    for state, block in _goroutines(text):
        own = [(f["function"], f["place"]) for f in _FRAME.finditer(block) if _is_own(f["place"], root)]
        if own:
            lines = [line for function, where in own for line in (function, f"    {where}")][:MOST_LINES]
            yield Goroutine(state, own[0][1], "\n".join(lines))


def _goroutines(text: str) -> list[tuple[str, str]]:
    marks = list(_GOROUTINE.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    blocks = [(mark["state"], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]
    return sorted(blocks, key=lambda each: not each[0].startswith("running"))


def _is_own(place: str, root: Path) -> bool:
    return place.startswith(f"{root}/") and "/raftkit_world/" not in place
