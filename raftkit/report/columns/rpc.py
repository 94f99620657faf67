"""An RPC in a few words: what it asks, and what was answered.

Implementations name methods and fields in their own ways: ``AppendEntries`` and ``append_entries``,
``PrevLogIndex`` and ``prev_log_index`` are the same here.
"""

import re
from typing import Any

from raftkit.model import MS, SECOND
from raftkit.report.columns.line import safe

VOTE, APPEND, SNAPSHOT = "requestvote", "appendentries", "installsnapshot"
_NAMES = {VOTE: "RequestVote", APPEND: "AppendEntries", SNAPSHOT: "InstallSnapshot"}
_TOPICS = {VOTE: "VOTE", APPEND: "LOG1", SNAPSHOT: "SNAP"}
HEARTBEAT_TOPIC = "BEAT"
OTHER_TOPIC = "RPCS"
_MORE = re.compile(r"… (\d+) more …")
"""How a trace says that it left out a part of a long list."""
_LONGEST_VALUE = 120
_YES = {VOTE: "granted", APPEND: "success"}
_NO = "refused"

Fields = dict[str, Any]


def plain_name(name: str) -> str:
    """Return a name without what only style decides: ``Raft.AppendEntries`` is ``appendentries``."""
    return name.rpartition(".")[2].replace("_", "").lower()


def plain_fields(value: Any) -> Fields:
    """Return a decoded view's fields by their plain names; none if it has no fields."""
    return {plain_name(str(key)): part for key, part in value.items()} if type(value) is dict else {}


def number(fields: Fields, *names: str) -> int | None:
    """Return the first of these fields that is a whole number."""
    return next((fields[name] for name in names if type(fields.get(name)) is int), None)


def request_text(kind: str, method: str, args: Any, fields: Fields) -> tuple[str, str]:
    """Return an RPC's topic and text: ``AppendEntries T4 prev=7/3 +2 entries``."""
    term = number(fields, "term")
    if term is None or kind not in _NAMES:
        return _TOPICS.get(kind, OTHER_TOPIC), f"{safe(method)} {compact(args)}".rstrip()
    head = f"{_NAMES[kind]} T{term}"
    if kind == VOTE:
        return "VOTE", head + _place(" last", fields, "lastlog")
    if kind == SNAPSHOT:
        return "SNAP", head + _place(" last", fields, "lastincluded")
    count = _entries(fields)
    prev = _place(" prev", fields, "prevlog")
    commit = number(fields, "leadercommit", "commitindex")
    tail = "" if commit is None else f" commit={commit}"
    if count == 0:
        return HEARTBEAT_TOPIC, f"heartbeat T{term}{prev}{tail}"
    what = "" if count is None else f" +{count} {'entry' if count == 1 else 'entries'}"
    return "LOG1", head + prev + what + tail


def reply_text(kind: str, reply: Any, term: int | None) -> tuple[str, bool]:
    """Return what was answered, and whether it is what the caller hoped for."""
    fields = plain_fields(reply)
    answer = fields.get("votegranted", fields.get("granted", fields.get("success")))
    if kind in _NAMES and fields:
        theirs = number(fields, "term")
        is_newer = theirs is not None and term is not None and theirs > term
        said = [_YES.get(kind, "success") if answer else _NO] if type(answer) is bool else []
        said += [f"T{theirs} is newer"] if is_newer else []
        return ", ".join(said), answer is not False and not is_newer
    return compact(reply), True


def compact(value: Any) -> str:
    """Return any decoded view in little space."""
    text = safe(_compact(value))
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"


def duration(ns: int) -> str:
    """Return how long something took: ``0.4 ms``, ``35 ms``, ``3.1 s``."""
    if ns < 10 * MS:
        return f"{ns / MS:.1f} ms"
    return f"{ns / MS:.0f} ms" if ns < SECOND else f"{ns / SECOND:.1f} s"


def pairs(fields: Fields) -> str:
    """Return fields as ``term=4 votes=2``."""
    return " ".join(f"{key}={_compact(part)}" for key, part in fields.items())


def _compact(value: Any) -> str:
    if type(value) is dict:
        return pairs(value)
    if type(value) is list:
        return "[" + " ".join(_compact(part) for part in value) + "]"
    return "" if value is None else str(value)


def _place(label: str, fields: Fields, prefix: str) -> str:
    """``last=7/3``: an index and its entry's term."""
    index, term = number(fields, f"{prefix}index"), number(fields, f"{prefix}term")
    if index is None:
        return ""
    return f"{label}={index}" if term is None else f"{label}={index}/{term}"


def _entries(fields: Fields) -> int | None:
    """How many entries a request carries, or None when it does not say."""
    entries = next((fields[name] for name in ("entries", "logentries", "logs", "log") if name in fields), ())
    if entries is None:
        return 0
    if type(entries) is not list:
        return None
    left_out = sum(
        int(found[1]) - 1 for part in entries if type(part) is str and (found := _MORE.fullmatch(part))
    )
    return len(entries) + left_out
