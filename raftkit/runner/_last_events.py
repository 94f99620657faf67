"""What the trace of a test that ended badly still says: its last events, moment and step.

The file may be cut anywhere, so lines that cannot be read are passed over.
"""

import json
from collections.abc import Iterator
from typing import Any

from raftkit.model import seconds

READ_BYTES = 1024 * 1024
"""How much of the end of a trace is looked at; a step may have begun long before the last event."""
SHOWN_LINES = 5
SHOWN_WIDTH = 120


class LastEvents:
    """The end of one trace."""

    def __init__(self, path: str) -> None:
        """``path`` may be empty, or lead nowhere: then nothing is known."""
        self._lines = _last_lines(path) if path else []

    @property
    def at_ns(self) -> int:
        """How far virtual time had come."""
        return next((event["at_ns"] for event in self._backwards() if _is_time(event.get("at_ns"))), 0)

    @property
    def step(self) -> tuple[str, int] | None:
        """The step that ran, and its line in the suite."""
        for event in self._backwards():
            match event:
                case {"event": "step_began", "step": str(step), "line": int(line)}:
                    return step, line
        return None

    def text(self) -> str:
        """The last few events, one a line."""
        events = [event for event, _ in zip(self._backwards(), range(SHOWN_LINES), strict=False)]
        return "\n".join(_shown(event) for event in reversed(events))

    def _backwards(self) -> Iterator[dict[str, Any]]:
        for line in reversed(self._lines):
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict):
                yield event


def _last_lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - READ_BYTES))
            return file.read().splitlines()
    except OSError:
        return []


def _is_time(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _shown(event: dict[str, Any]) -> str:
    """``t=0.538128s  rpc_replied     call=4 source=0 ...``"""
    at_ns = event.get("at_ns")
    when = "t=" + seconds(at_ns) if _is_time(at_ns) and at_ns is not None else ""
    rest = " ".join(f"{key}={value}" for key, value in event.items() if key not in ("event", "at_ns"))
    line = f"{when:<14} {event.get('event', '?'):<16} {rest}".rstrip()
    return line if len(line) <= SHOWN_WIDTH else line[: SHOWN_WIDTH - 3] + "..."
