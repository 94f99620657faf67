"""What a world's process left behind: its Python stack, and the end of what it printed.

Both files are in the hands of the implementation. They are read up to a bound, as text, and a source
line is shown only of the implementation's own files: a forged stack must not make the judge read others.
"""

import linecache
import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import raftkit

READ_BYTES = 64 * 1024
SHOWN_BYTES = 8 * 1024
MOST_FRAMES = 40
_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d{1,7}) in (?P<function>.*)$', re.MULTILINE)
_FATAL = re.compile(r"^Fatal Python error: (?P<what>.{1,100})$", re.MULTILINE)
_THREAD = re.compile(r"^(?:Current t|T)hread .*$", re.MULTILINE)
_OURS = str(Path(raftkit.__file__).parent)


@dataclass(frozen=True, slots=True)
class LastWords:
    """Untrusted text.

    Attributes:
        fatal: What Python's fault handler called it, as ``Segmentation fault``; or empty.
        stack: The implementation's frames, innermost last.
        output: The end of what was printed past Python's own streams.
    """

    fatal: str
    stack: str
    output: str

    @property
    def details(self) -> str:
        """Both, for people."""
        sections = (("stack when it ended", self.stack), ("last output", self.output))
        return "\n".join(
            f"{title}:\n" + "\n".join(f"  {line}" for line in text.splitlines())
            for title, text in sections
            if text
        )


def last_words(faults: IO[bytes], output: IO[bytes], roots: list[str]) -> LastWords:
    """Read what is left."""
    dump = _read(faults, READ_BYTES, from_end=False)
    fatal = _FATAL.search(dump)
    stack = _stack(dump, tuple(f"{root}/" for root in roots))
    return LastWords(fatal["what"] if fatal else "", stack, _read(output, SHOWN_BYTES, from_end=True).strip())


def _read(file: IO[bytes], most: int, *, from_end: bool) -> str:
    size = file.seek(0, 2)
    file.seek(max(0, size - most) if from_end else 0)
    return file.read(most).decode("utf-8", "replace")


def _stack(dump: str, roots: tuple[str, ...]) -> str:
    """The first stack that comes into the implementation's folder, from there on; else the first of all."""
    stacks = [_frames(block) for block in _THREAD.split(dump)[1:]]
    for stack in stacks:
        first = next((i for i, frame in enumerate(stack) if frame[0].startswith(roots)), None)
        if first is not None:
            return _text(stack[first:], roots)
    return _text(
        [frame for frame in (stacks or [[]])[0] if not frame[0].startswith((_OURS, "<frozen"))], roots
    )


def _frames(block: str) -> list[tuple[str, int, str]]:
    return [(m["file"], int(m["line"]), m["function"]) for m in _FRAME.finditer(block)][::-1]


def _text(stack: list[tuple[str, int, str]], roots: tuple[str, ...]) -> str:
    lines = []
    for file, line, function in stack[-MOST_FRAMES:]:
        lines.append(f"{file}:{line} in {function}")
        source = linecache.getline(file, line).strip() if _is_inside(file, roots) else ""
        if source:
            lines.append(f"    {source[:200]}")
    return "\n".join(lines)


def _is_inside(file: str, roots: tuple[str, ...]) -> bool:
    try:
        return file.endswith(".py") and str(Path(file).resolve()).startswith(roots)
    except (OSError, ValueError, RuntimeError):
        return False
