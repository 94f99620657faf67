"""Python stacks as the fault handler writes them, made readable: whose frames, and their source."""

import linecache
import os
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import raftkit

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+) in (?P<function>.*)$')
_THREAD = re.compile(r"^(?:Current t|T)hread .*$", re.MULTILINE)
_OURS = str(Path(raftkit.__file__).parent) + os.sep

_PULSE = os.path.join(_OURS, "runner", "child.py")

_Frame = tuple[str, int, str]


def python_stacks(dump: str, implementation: str = "") -> str:
    """Return what a ``faulthandler`` dump says about the implementation, innermost frame last.

    A stack begins with the first frame in the implementation's folder; what led there is the harness
    and the standard library. Stacks that never come there are shown only when none does.
    """
    folder = os.path.dirname(implementation.partition(":")[0])
    stacks = [stack for block in _THREAD.split(dump)[1:] if not _is_pulse(stack := _stack(block))]
    theirs = [_from_folder(stack, folder) for stack in stacks] if folder else []
    shown = [stack for stack in theirs if stack] or [_without_ours(stack) for stack in stacks]
    return "\n".join("\n".join(_told(stack)) for stack in shown if stack)


def _told(stack: list[_Frame]) -> Iterator[str]:
    """Frame by frame; one that is there many times on end is told once."""
    for frame, repeated in groupby(stack):
        yield _text(*frame)
        if (times := sum(1 for _ in repeated)) > 1:
            yield f"    (the same {times} times on end: recursion)"


def _stack(block: str) -> list[_Frame]:
    matches = (_FRAME.match(line) for line in block.splitlines())
    return [(m["file"], int(m["line"]), m["function"]) for m in matches if m][::-1]


def _is_pulse(stack: list[_Frame]) -> bool:
    """Whether it is the thread that only watches."""
    return any(file == _PULSE and function == "_watch" for file, _, function in stack)


def _from_folder(stack: list[_Frame], folder: str) -> list[_Frame]:
    first = next((i for i, frame in enumerate(stack) if frame[0].startswith(folder + os.sep)), len(stack))
    return stack[first:]


def _without_ours(stack: list[_Frame]) -> list[_Frame]:
    return [frame for frame in stack if not frame[0].startswith((_OURS, "<frozen "))] or stack


def _text(file: str, line: int, function: str) -> str:
    source = linecache.getline(file, line).strip()
    where = f"{file}:{line} in {function}"
    return f"{where}\n    {source}" if source else where
