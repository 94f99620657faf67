"""What oracles could see of a run's messages: what none of them could read was not judged, and is not passed.

An oracle *needs* certain messages, with fields that say what they mean. When messages came, and none of those
could be read, then whatever rests on them has not been judged.
"""

from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from raftkit.model import NotJudged
from raftkit.trace import Event, RpcReplied, RpcSent
from raftkit.trace.messages import Kind, append_of, field, flag, kind_of, number

_MOST_NAMES = 8
_LONGEST_NAME = 40


class View(Enum):
    """A message that can be read, as a reader is told it."""

    BALLOT = "a RequestVote with term and candidate_id"
    VOTE = "a reply to RequestVote with vote_granted"
    APPEND = "an AppendEntries with term, prev_log_index, prev_log_term and entries"
    COMMIT = "an AppendEntries with leader_commit"
    SUCCESS = "a reply to AppendEntries with success and term"


_Test = Callable[[Any], bool]
_REQUESTS: dict[Kind, dict[View, _Test]] = {
    Kind.REQUEST_VOTE: {
        View.BALLOT: lambda args: number(args, "term") is not None and field(args, "candidate") is not None,
    },
    Kind.APPEND_ENTRIES: {
        View.APPEND: lambda args: append_of(args) is not None,
        View.COMMIT: lambda args: number(args, "commit") is not None,
    },
}
_REPLIES: dict[Kind, dict[View, _Test]] = {
    Kind.REQUEST_VOTE: {View.VOTE: lambda reply: flag(reply, "granted") is not None},
    Kind.APPEND_ENTRIES: {
        View.SUCCESS: lambda reply: flag(reply, "success") is not None and number(reply, "term") is not None,
    },
}


class Sight:
    """Follows which messages could be read, until all could.

    Args:
        needs: What each oracle has to see, by its name.
    """

    reads = (RpcSent, RpcReplied)

    def __init__(self, needs: dict[str, tuple[View, ...]]) -> None:
        self._needs = needs
        self._missing = {view for views in needs.values() for view in views}
        self._unread: dict[View, str] = {}
        self._strange: dict[str, None] = {}
        """Methods that are none of Raft's, as far as their names tell."""

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if not self._missing:
            return
        if type(event) is RpcSent:
            self._look(event.method, event.args, _REQUESTS, "has")
        elif type(event) is RpcReplied:
            self._look(event.method, event.reply, _REPLIES, "is answered with")

    def _look(self, method: str, message: Any, tests: dict[Kind, dict[View, _Test]], verb: str) -> None:
        kind = kind_of(method)
        if kind is None:
            if len(self._strange) < _MOST_NAMES:
                self._strange[_short(method)] = None
            return
        for view, can_read in tests.get(kind, {}).items():
            if view not in self._missing:
                continue
            if can_read(message):
                self._missing.discard(view)
            elif view not in self._unread:
                self._unread[view] = f"{_short(method)} {verb} {_fields(message)}"

    @property
    def not_judged(self) -> tuple[NotJudged, ...]:
        """What no oracle could see, and which of them would have needed it."""
        return tuple(
            NotJudged(what=view.value, instead=instead, oracles=tuple(self._who_needs(view)))
            for view in View
            if view in self._missing and (instead := self._unread.get(view) or self._strangers())
        )

    def _strangers(self) -> str:
        return f"methods called {', '.join(self._strange)}" if self._strange else ""

    def _who_needs(self, view: View) -> Iterable[str]:
        return (name for name, views in self._needs.items() if view in views)


def _fields(message: Any) -> str:
    if type(message) is not dict:
        return "no fields with names"
    names = [_short(str(name)) for name in message]
    return ", ".join([*names[:_MOST_NAMES], *(["…"] if len(names) > _MOST_NAMES else [])]) or "no fields"


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[:_LONGEST_NAME] + "…"
