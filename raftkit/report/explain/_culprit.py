"""Who broke the rule, and when: said only where the trace proves it."""

from collections.abc import Sequence

from raftkit.model import Failure, seconds
from raftkit.report.causality import server_of
from raftkit.report.explain._loss import Loss
from raftkit.report.explain._subject import LOST, Subject
from raftkit.report.explain._unsaved import unsaved_answer
from raftkit.report.explain._votes import second_leader, second_vote
from raftkit.trace import Event, Persisted, RpcReplied, RpcSent

_ITSELF = frozenset({
    "CommittedWithoutMajority", "CommittedOldTerm", "AppliedUncommitted", "AppliedOutOfOrder", "UnknownCommand",
    "SnapshotMismatch", "SnapshotWentBack", "SnapshotCorrupt", "RpcFlood", "AcknowledgedEntryLost",
    "TermWentBack", "TooManyHeartbeats", "SavedStateGrows", "SnapshotDiffers",
})  # fmt: skip
"""Failures that whoever acts last has caused alone."""


def broken_by(failure: Failure, events: Sequence[Event], subject: Subject) -> str:
    """Return a sentence; empty when nobody can be blamed."""
    last = events[subject.ends[-1]] if subject.ends else None
    kind = failure.kind
    if last is None:
        return ""
    if kind in ("ElectionSafetyViolated", "ElectedWithoutMajority") and subject.term is not None:
        return second_leader(events, subject.term)
    if kind == "VotedTwice" and subject.term is not None and isinstance(last, RpcReplied | RpcSent):
        return second_vote(events, subject.term, last)
    if kind == "AnsweredBeforeSaving" and subject.servers:
        return unsaved_answer(events, subject.servers[0], subject.index)
    if kind == "TermNotSaved" and subject.servers:
        return _unsaved_term(events, subject.servers[0], subject.term)
    if kind in LOST and subject.index is not None:
        return Loss(events, subject.index).who
    if kind == "Deadlock" and subject.servers:
        return f"S{subject.servers[0]}: it has done nothing since t={seconds(last.at_ns)}"
    actor = server_of(last)
    return f"S{actor} at t={seconds(last.at_ns)}" if kind in _ITSELF and actor is not None else ""


def _unsaved_term(events: Sequence[Event], server: int, term: int | None) -> str:
    saved_ns = next((e.at_ns for e in reversed(events) if type(e) is Persisted and e.server == server), None)
    last = "had never saved anything" if saved_ns is None else f"had saved last at t={seconds(saved_ns)}"
    return f"S{server}: it acted in term {term}, and {last}"
