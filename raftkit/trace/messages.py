"""What Raft's messages say, read by the names that people give their fields.

Implementations name methods and fields after Figure 2, in snake_case or in CamelCase, with a few usual
variants. What a message does not say under any known name is None: an oracle that needs it does not
judge, and an explanation does not tell it. Events have lists whole as they happen; in a trace file long
ones are shortened, which only ``span`` knows how to read.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import Any

from raftkit.trace._events import RpcSent


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
}


@lru_cache(maxsize=4096)
def kind_of(method: str) -> Kind | None:
    """Which message a method's name stands for; None for one that is not Raft's."""
    return _METHODS.get(plain(method.rpartition(".")[2]))


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


def plain(name: object) -> str:
    """A name without what only style decides; a message's keys may be anything."""
    return name.replace("_", "").lower() if type(name) is str else ""


@lru_cache(maxsize=4096)
def _resolve(keys: tuple[object, ...], wanted: str) -> Any:
    """The key that holds a field, among a message's keys."""
    by_plain = {plain(key): key for key in keys}
    for name in _NAMES[wanted]:
        if name in by_plain:
            return by_plain[name]
    return None


# -- RequestVote ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ballot:
    """A request for a vote: its candidate stands in its term."""

    term: int
    candidate: int


_ORDINARY = frozenset(
    name for wanted in ("term", "candidate", "last_log_index", "last_log_term") for name in _NAMES[wanted]
)
_KINDS = frozenset({"kind", "mode", "phase", "stage", "type"})


def ballot_of(request: RpcSent) -> Ballot | None:
    """The ballot that a server opens by a message, if it is surely one.

    A request says its term, and who stands or how complete a log is; what says less may be anything. A
    PreVote asks about a term in which nobody stands yet, and there are many ways to mark it: none that
    has such a mark is taken for a ballot.
    """
    if kind_of(request.method) is not Kind.REQUEST_VOTE:
        return None
    args = request.args
    term, candidate = number(args, "term"), number(args, "candidate")
    if term is None or candidate not in (None, request.source):
        return None
    if candidate is None and number(args, "last_log_index") is None:
        return None
    if any(_is_mark(plain(name), value) for name, value in args.items()):
        return None
    return Ballot(term, request.source)


def _is_mark(name: str, value: object) -> bool:
    """Whether a field may say that a request is no ordinary one."""
    if name in _ORDINARY:
        return False
    return value is True or name in _KINDS or (type(value) is str and value.lower().startswith("pre"))


# -- AppendEntries -------------------------------------------------------------


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

    @property
    def last_term(self) -> int:
        """The term of that entry."""
        return self.terms[-1] if self.terms else self.prev_term


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


_LEFT_OUT = re.compile(r"… (\d+) more …")
"""What stands for a part of a long list in a trace file."""


def span(request: RpcSent) -> tuple[int, int] | None:
    """The first and last index of the entries that an AppendEntries carries; last < first for none."""
    prev, entries = number(request.args, "prev_index"), field(request.args, "entries")
    if prev is None or not isinstance(entries, list | None):
        return None
    return prev + 1, prev + _length(entries or [])


def _length(entries: list[Any]) -> int:
    count = len(entries)
    for entry in entries:
        shortened = _LEFT_OUT.fullmatch(entry) if type(entry) is str else None
        if shortened:
            count += int(shortened.group(1)) - 1
    return count
