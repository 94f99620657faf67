"""Python stacks as the fault handler writes them, made readable: whose frames, and their source."""

import linecache
import re
from pathlib import Path

import raftkit

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$')
_OURS = str(Path(raftkit.__file__).parent)
_MACHINERY = ("<frozen runpy>", "<frozen importlib")


def python_stacks(dump: str) -> str:
    """Return what a ``faulthandler`` dump says about the implementation, innermost frame last.

    Frames of the harness are left out, unless nothing else is there.
    """
    stacks = [_stack(block) for block in re.split(r"^(?:Current t|T)hread .*$", dump, flags=re.MULTILINE)[1:]]
    theirs = [[frame for frame in stack if not _is_ours(frame)] for stack in stacks]
    shown = [stack for stack in theirs if stack] or [stack for stack in stacks if stack]
    return "\n".join("\n".join(_text(*frame) for frame in stack) for stack in shown)


_Frame = tuple[str, int, str]


def _stack(block: str) -> list[_Frame]:
    matches = (_FRAME.match(line) for line in block.splitlines())
    return [(m["file"], int(m["line"]), m["function"]) for m in matches if m][::-1]


def _is_ours(frame: _Frame) -> bool:
    return frame[0].startswith((_OURS, *_MACHINERY))


def _text(file: str, line: int, function: str) -> str:
    source = linecache.getline(file, line).strip()
    where = f"{file}:{line} in {function}"
    return f"{where}\n    {source}" if source else where
