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


def append_of(args: Any) -> Append | None:
    """An AppendEntries request, when its fields have names that we know."""
    term, prev_index, prev_term = number(args, "term"), number(args, "prev_index"), number(args, "prev_term")
    entries = field(args, "entries")
    if term is None or prev_index is None or prev_term is None or not isinstance(entries, list | None):
        return None
    terms, commands = [], []
    for entry in entries or ():
        pair = _entry(entry)
        if pair is None:
            return None
        terms.append(pair[0])
        commands.append(pair[1])
    return Append(term, prev_index, prev_term, tuple(terms), tuple(commands), number(args, "commit"))


def _entry(entry: Any) -> tuple[int, Any] | None:
    """Term and command of an entry: a record, or a pair that begins with the term."""
    if type(entry) is dict:
        keys = tuple(entry)
        term_key, command_key = _resolve(keys, "term"), _resolve(keys, "command")
        if term_key is None or command_key is None or type(entry[term_key]) is not int:
            return None
        return entry[term_key], entry[command_key]
    return None
