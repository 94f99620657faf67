"""What a failure is about: an index, a term, servers; and the events by which it shows."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from raftkit.model import Failure
from raftkit.report.causality import server_of
from raftkit.report.explain._standstill import last_deed
from raftkit.report.explain._wire import granted, is_append, is_vote, span, term_of
from raftkit.trace import Applied, Event, RpcReplied, RpcSent, ServerCrashed, StateRead, TestEnded

_INDEX = re.compile(r"\bindex (\d+)")
_TERM = re.compile(r"\bterm (\d+)")
_SERVER = re.compile(r"\bserver (\d+)")

ABOUT_A_TERM = frozenset({
    "ElectionSafetyViolated", "VotedTwice", "UnexpectedLeader", "ElectedWithoutMajority", "TermNotSaved",
})  # fmt: skip
ABOUT_AN_INDEX = frozenset({
    "AgreementFailed", "NotCommitted", "CommittedTooEarly", "CommittedWithoutMajority", "CommittedOldTerm",
    "AppliedUncommitted", "StateMachineSafetyViolated", "LeaderCompletenessViolated", "AnsweredBeforeSaving",
    "LogMatchingViolated", "CommandLost", "WrongCommand", "AppliedOutOfOrder", "AcknowledgedEntryLost",
    "NothingCommits", "NotCaughtUp",
})  # fmt: skip
LOST = frozenset({"LeaderCompletenessViolated", "StateMachineSafetyViolated"})
"""A later leader did not have what had been committed: its election is a part of the story."""
NOT_SAVED = frozenset({"AnsweredBeforeSaving", "TermNotSaved"})
"""A server promised what it had not saved; when that showed by a crash, what it did before is a part of the story."""
AT_AN_EVENT = frozenset({
    "ElectionSafetyViolated", "VotedTwice", "LogMatchingViolated", "LeaderCompletenessViolated",
    "CommittedWithoutMajority", "CommittedOldTerm", "AppliedUncommitted", "AnsweredBeforeSaving", "RpcFlood",
    "StateMachineSafetyViolated", "AppliedOutOfOrder", "UnknownCommand", "ElectedWithoutMajority", "TermNotSaved",
    "AcknowledgedEntryLost",
    "SnapshotMismatch", "SnapshotWentBack", "SnapshotCorrupt", "SnapshotDiffers", "SavedStateGrows", "TermWentBack",
    "TooManyHeartbeats",
})  # fmt: skip
"""Failures that a single event shows: the last one of the run. Of others the tester becomes aware by and by."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a failure is about.

    Attributes:
        index: A log index, or None.
        term: A term, or None.
        servers: Servers that its summary and its observation name, in that order.
        ends: Numbers of the events by which it shows, in order.
    """

    index: int | None
    term: int | None
    servers: tuple[int, ...]
    ends: tuple[int, ...]


def subject_of(failure: Failure, events: Sequence[Event]) -> Subject:
    """Find what a failure is about, from its texts and its trace."""
    text = f"{failure.summary} {failure.observed} {failure.expected}"
    index = _number(_INDEX, text) if failure.kind in ABOUT_AN_INDEX else None
    term = _number(_TERM, text) if failure.kind in ABOUT_A_TERM else None
    if failure.kind in LOST and index is not None:
        term = _last_leader(events, index)
    servers = tuple(
        dict.fromkeys(int(found) for found in _SERVER.findall(f"{failure.summary} {failure.observed}"))
    )
    ends: set[int | None] = {_last(failure, events, servers)}
    if failure.kind in ABOUT_A_TERM and term is not None:
        ends |= _claims(events, term)
    if index is not None:
        ends.add(_first_applied(events, index))
    if failure.kind in NOT_SAVED and servers:
        ends |= _lost_in_a_crash(events, servers[0])
    return Subject(index, term, servers, tuple(sorted(end for end in ends if end is not None)))


def _number(pattern: re.Pattern[str], text: str) -> int | None:
    found = pattern.search(text)
    return int(found[1]) if found else None


def _last(failure: Failure, events: Sequence[Event], servers: tuple[int, ...]) -> int | None:
    """The event at which it was noticed."""
    end = len(events) - 1
    if failure.kind == "Deadlock" and servers:
        return last_deed(events, servers[0])
    if failure.kind in AT_AN_EVENT and end > 0 and type(events[end]) is TestEnded:
        end -= 1
    return end if end >= 0 else None


def _lost_in_a_crash(events: Sequence[Event], server: int) -> set[int | None]:
    """The last crash of a server, and the last that was seen of it before."""
    numbers = range(len(events) - 1, -1, -1)
    crash = next((i for i in numbers if type(e := events[i]) is ServerCrashed and e.server == server), None)
    if crash is None:
        return set()
    return {crash, next((i for i in numbers if i < crash and server_of(events[i]) == server), None)}


def _first_applied(events: Sequence[Event], index: int) -> int | None:
    """Where an entry became a fact, if it did."""
    return next(
        (i for i, event in enumerate(events) if type(event) is Applied and event.index == index), None
    )


def _last_leader(events: Sequence[Event], index: int) -> int | None:
    """The term of the leader that last sent something at an index: whose election let it."""
    for event in reversed(events):
        carried = span(event) if type(event) is RpcSent and is_append(event.method) else None
        if carried is not None and carried[0] <= index <= carried[1]:
            return term_of(event.args)  # type: ignore[attr-defined]
    return None


def _claims(events: Sequence[Event], term: int) -> set[int | None]:
    """Where each leader of a term first acts as one, and where each vote in it is given."""
    claims: dict[int, int] = {}
    votes: set[int] = set()
    asked: set[int] = set()
    for number, event in enumerate(events):
        match event:
            case StateRead() if event.leader and event.term == term:
                claims.setdefault(event.server, number)
            case RpcSent() if is_append(event.method) and term_of(event.args) == term:
                claims.setdefault(event.source, number)
            case RpcSent() if is_vote(event.method) and term_of(event.args) == term:
                asked.add(event.call)
            case RpcReplied() if event.call in asked and granted(event):
                votes.add(number)
    return {*claims.values(), *votes}
