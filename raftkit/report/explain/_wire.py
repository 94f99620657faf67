"""What messages say, as far as a trace file shows it: its long lists are shortened."""

import re
from typing import Any

from raftkit.trace import RpcReplied, RpcSent

_LEFT_OUT = re.compile(r"… (\d+) more …")


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def get(message: Any, *names: str) -> Any:
    """A field by any of its plain names (lower case, no underscores)."""
    if type(message) is dict:
        for key, value in message.items():
            if _plain(key) in names:
                return value
    return None


def is_vote(method: str) -> bool:
    """Whether an RPC is RequestVote."""
    return _plain(method).endswith("requestvote")


def is_append(method: str) -> bool:
    """Whether an RPC is AppendEntries."""
    return _plain(method).endswith(("appendentries", "heartbeat"))


def term_of(message: Any) -> int | None:
    """The term that a message carries."""
    value = get(message, "term", "currentterm")
    return value if type(value) is int else None


def granted(event: RpcReplied) -> bool:
    """Whether a reply grants a vote."""
    return get(event.reply, "votegranted", "granted") is True


def succeeded(event: RpcReplied) -> bool:
    """Whether a reply accepts entries."""
    return get(event.reply, "success", "ok") is True


def span(event: RpcSent) -> tuple[int, int] | None:
    """The first and last index of the entries that an AppendEntries carries; last < first for none."""
    prev = get(event.args, "prevlogindex", "previndex", "previouslogindex")
    entries = get(event.args, "entries", "logentries")
    if type(prev) is not int or not isinstance(entries, list | None):
        return None
    return prev + 1, prev + _length(entries or [])


def _length(entries: list[Any]) -> int:
    count = len(entries)
    for entry in entries:
        shortened = _LEFT_OUT.fullmatch(entry) if type(entry) is str else None
        if shortened:
            count += int(shortened.group(1)) - 1
    return count
