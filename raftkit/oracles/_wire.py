"""What Raft's messages say, read by the names that people give their fields.

Implementations name methods and fields after Figure 2, in snake_case or in CamelCase, with a few usual
variants. What a message does not say under any known name is None, and an oracle that needs it does
not judge.
"""

from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any


class Kind(Enum):
    """Which of Raft's messages an RPC is."""

    REQUEST_VOTE = "RequestVote"
    APPEND_ENTRIES = "AppendEntries"
    INSTALL_SNAPSHOT = "InstallSnapshot"


_METHODS = {
    "requestvote": Kind.REQUEST_VOTE,
    "vote": Kind.REQUEST_VOTE,
    "handlerequestvote": Kind.REQUEST_VOTE,
    "onrequestvote": Kind.REQUEST_VOTE,
    "appendentries": Kind.APPEND_ENTRIES,
    "append": Kind.APPEND_ENTRIES,
    "heartbeat": Kind.APPEND_ENTRIES,
    "handleappendentries": Kind.APPEND_ENTRIES,
    "onappendentries": Kind.APPEND_ENTRIES,
    "installsnapshot": Kind.INSTALL_SNAPSHOT,
    "handleinstallsnapshot": Kind.INSTALL_SNAPSHOT,
    "oninstallsnapshot": Kind.INSTALL_SNAPSHOT,
}

_NAMES = {
    "term": ("term", "currentterm"),
    "candidate": ("candidateid", "candidate"),
    "last_log_index": ("lastlogindex", "lastindex"),
    "last_log_term": ("lastlogterm", "lastterm"),
    "granted": ("votegranted", "granted"),
    "prev_index": ("prevlogindex", "previndex", "previouslogindex"),
    "prev_term": ("prevlogterm", "prevterm", "previouslogterm"),
    "entries": ("entries", "logentries", "log"),
    "commit": ("leadercommit", "leadercommitindex", "commitindex"),
    "success": ("success", "ok"),
    "included_index": ("lastincludedindex", "snapshotindex"),
    "included_term": ("lastincludedterm", "snapshotterm"),
    "command": ("command", "cmd"),
    "prevote": ("prevote", "ispreVote".lower()),
}


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


@lru_cache(maxsize=4096)
def kind_of(method: str) -> Kind | None:
    """Which message a method's name stands for; None for one that is not Raft's."""
    return _METHODS.get(_plain(method.rpartition(".")[2]))


@lru_cache(maxsize=4096)
def _resolve(keys: tuple[str, ...], wanted: str) -> str | None:
    """The key that holds a field, among a message's keys."""
    by_plain = {_plain(key): key for key in keys}
    for name in _NAMES[wanted]:
        if name in by_plain:
            return by_plain[name]
    return None


def field(message: Any, wanted: str) -> Any:
    """A field of a message by its meaning; None when it has none."""
    if type(message) is not dict:
        return None
    key = _resolve(tuple(message), wanted)
    return None if key is None else message[key]


def number(message: Any, wanted: str) -> int | None:
    """A field that is a whole number."""
    value = field(message, wanted)
    return value if type(value) is int else None


def flag(message: Any, wanted: str) -> bool | None:
    """A field that is true or false."""
    value = field(message, wanted)
    return value if type(value) is bool else None


@dataclass(frozen=True, slots=True)
class Append:
    """An AppendEntries request.

    Attributes:
        terms: The term of each entry; None when entries do not say theirs.
        commands: The command of each entry, in the same order.
    """

    term: int
    prev_index: int
    prev_term: int
    terms: tuple[int, ...]
    commands: tuple[Any, ...]
    commit: int | None

    @property
    def last_index(self) -> int:
        """The index of the last entry that it carries or vouches for."""
        return self.prev_index + len(self.terms)


_latest: tuple[Any, Append | None] = (None, None)


def append_of(args: Any) -> Append | None:
    """An AppendEntries request, when its fields have names that we know.

    Several oracles ask about the same event in turn, so the latest answer is kept.
    """
    global _latest
    known, append = _latest
    if known is args and args is not None:
        return append
    append = _read_append(args)
    _latest = (args, append)
    return append


def _read_append(args: Any) -> Append | None:
    term, prev_index, prev_term = number(args, "term"), number(args, "prev_index"), number(args, "prev_term")
    entries = field(args, "entries")
    if term is None or prev_index is None or prev_term is None or not isinstance(entries, list | None):
        return None
    pairs = _read_entries(entries) if entries else []
    if pairs is None:
        return None
    terms = tuple([term for term, _ in pairs])
    commands = tuple([command for _, command in pairs])
    return Append(term, prev_index, prev_term, terms, commands, number(args, "commit"))


def _read_entries(entries: list[Any]) -> list[tuple[int, Any]] | None:
    """Term and command of each entry; None when they are no records that say so."""
    first = entries[0]
    if type(first) is not dict:
        return None
    keys = tuple(first)
    term_key, command_key = _resolve(keys, "term"), _resolve(keys, "command")
    if term_key is None or command_key is None:
        return None
    try:
        pairs = [(entry[term_key], entry[command_key]) for entry in entries]
    except (KeyError, TypeError, IndexError):
        return None
    return pairs if all(type(term) is int for term, _ in pairs) else None
