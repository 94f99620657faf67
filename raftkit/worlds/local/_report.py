"""Tracebacks and stacks of an implementation's threads, as its author wants to read them."""

import linecache
import re
import sys
import traceback
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Any

import raftkit
from raftkit.sim import Kernel, Task

_OURS = str(Path(raftkit.__file__).parent)
_LIBRARY = str(Path(traceback.__file__).parent)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")
MAX_TEXT = 8_000
ROOM = 4
"""Characters that are looked at for one that is shown: of an address, at most 22 become 7."""
MAX_FRAMES = 30


def without_addresses(text: str) -> str:
    """Text in which no object's address appears: it would differ from run to run."""
    return _ADDRESS.sub(" at 0x…", text) if " at 0x" in text else text


def encodable(text: str) -> str:
    """Text without lone surrogates, which no trace can hold."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()


def clip(text: str, limit: int = MAX_TEXT) -> str:
    """Text of bounded length."""
    return text if len(text) <= limit else text[:limit] + f"… ({len(text) - limit} more characters)"


def stems_from(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an exception is of a kind, or was raised over one that is."""
    for _ in range(MAX_FRAMES):
        if error is None or isinstance(error, kind):
            return error is not None
        error = error.__cause__ or error.__context__
    return False


def type_name(value: object) -> str:
    """The name of a value's class, which may be as long as its author likes."""
    return clip(encodable(type(value).__name__), 200)


def presentable(text: str, limit: int = MAX_TEXT) -> str:
    """An implementation's text as a trace shows it: no addresses, no lone surrogates, of bounded length.

    A hundred megabytes are cut before they are looked at. What is left of them is long enough for ``limit``
    characters, however much shorter addresses become.
    """
    if len(text) > ROOM * limit:
        return encodable(without_addresses(text[: ROOM * limit]))[:limit] + "… (much more)"
    return clip(encodable(without_addresses(text)), limit)


def safe_str(value: object, limit: int = MAX_TEXT) -> str:
    """``str(value)`` whatever its author did to it."""
    try:
        return presentable(str(value), limit)
    except BaseException:
        return f"<{type_name(value)} that cannot be shown>"


def safe_repr(value: object, limit: int = 200) -> str:
    """``repr(value)`` whatever its author did to it."""
    try:
        return presentable(repr(value), limit)
    except BaseException:
        return f"<{type_name(value)} that cannot be shown>"


def describe_error(error: BaseException) -> tuple[str, str]:
    """One line that says what was raised, and the traceback through the implementation's own code."""
    kind = type_name(error)
    text = safe_str(error, 400).replace("\n", " ")
    summary = f"{kind}: {text}" if text else kind
    return summary, _frames_of_traceback(error) + _syntax_place(error)


def _frames_of_traceback(error: BaseException) -> str:
    frames = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)]
    return _format(frames)


def _syntax_place(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{error.filename}:{error.lineno}\n    {(error.text or '').strip()}\n"
    return ""


def stack_of(kernel: Kernel, task: Task) -> str:
    """Where a task stands, innermost frame last; empty when it has not begun."""
    if task is kernel.current:
        frame: FrameType | None = sys._getframe(1)
    else:
        frame = task.glet.gr_frame if task.glet is not None else None
    if frame is None:
        return ""
    frames = [(frame, line) for frame, line in traceback.walk_stack(frame)]
    return _format(reversed(frames))


def stack_of_frames(frames: Iterable[FrameType]) -> str:
    """A stack given frame by frame, innermost last."""
    return _format((frame, frame.f_lineno) for frame in frames)


def _format(frames: Iterable[tuple[Any, int | None]]) -> str:
    """``file:line in function`` and the line itself; library frames only when there is nothing else."""
    listed = [
        (frame.f_code.co_filename, line or frame.f_lineno, frame.f_code.co_name)
        for frame, line in frames
        if not frame.f_code.co_filename.startswith((_OURS, "<frozen"))
    ]
    own = [entry for entry in listed if not entry[0].startswith(_LIBRARY)] or listed
    told = [(entry, sum(1 for _ in repeated)) for entry, repeated in groupby(own)]
    skipped = max(0, len(told) - MAX_FRAMES)
    lines = [f"({skipped} frames left out)"] if skipped else []
    for (filename, line, name), times in told[skipped:]:
        lines.append(f"{short_path(filename)}:{line} in {name}")
        source = linecache.getline(filename, line).strip()
        if source:
            lines.append(f"    {source}")
        if times > 1:
            lines.append(f"    (the same {times} times on end: recursion)")
    return "".join(entry + "\n" for entry in lines)


def short_path(filename: str) -> str:
    """A path from the current folder where that is shorter."""
    try:
        return str(Path(filename).relative_to(Path.cwd()))
    except ValueError:
        return filename
