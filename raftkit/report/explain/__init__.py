"""Explanations: which rule a failure is about, who broke it, how it came about, and what to look at first.

Made from a failure and its trace, after the run. It reads events and knows nothing of how they came about.
"""

from collections.abc import Sequence
from heapq import merge

from raftkit.model import Explanation, Failure, Moment
from raftkit.report.causality import past
from raftkit.report.explain._chain import Chain
from raftkit.report.explain._culprit import broken_by
from raftkit.report.explain._elections import Elections
from raftkit.report.explain._followers import followers
from raftkit.report.explain._rules import CODE, RULES
from raftkit.report.explain._snapshots import snapshots
from raftkit.report.explain._standstill import breakdown, standstill
from raftkit.report.explain._subject import ABOUT_A_TERM, Subject, subject_of
from raftkit.report.explain._terms import terms_of
from raftkit.report.explain._traffic import busiest
from raftkit.trace import Event

__all__ = ["explain"]

_ABOUT_TRAFFIC = frozenset({"RpcFlood", "TooManyHeartbeats", "TooManyRPCs", "TooManybytes"})
_ABOUT_FOLLOWERS = frozenset({"NothingCommits", "NotCaughtUp"})
_ABOUT_SNAPSHOTS = frozenset({
    "SnapshotMismatch", "SnapshotWentBack", "SnapshotCorrupt", "SnapshotDiffers", "SavedStateGrows", "EntriesKept",
})  # fmt: skip


def explain(failure: Failure, events: Sequence[Event]) -> Explanation:
    """Explain a failure from the events of its run."""
    rule = RULES.get(failure.kind, CODE)
    subject = subject_of(failure, events)
    return Explanation(
        source=rule.source,
        rule=rule.text,
        broken_by=broken_by(failure, events, subject),
        moments=tuple(_moments(failure, events, subject)),
        evidence=tuple(number + 1 for number in subject.ends),
        look=rule.look,
    )


def _moments(failure: Failure, events: Sequence[Event], subject: Subject) -> list[Moment]:
    if failure.kind == "NoLeader":
        return Elections(events).why_nobody_leads()
    if failure.kind in _ABOUT_TRAFFIC:
        return busiest(events)
    if failure.kind == "Deadlock" and subject.servers:
        return standstill(events, subject.servers[0])
    if failure.kind not in RULES and subject.servers:
        return breakdown(events, subject.servers[0])
    if failure.kind in _ABOUT_SNAPSHOTS and subject.servers:
        return snapshots(events, subject.servers[0])
    if failure.kind == "TermWentBack" and subject.servers:
        return terms_of(events, subject.servers[0])
    told: list[Moment] = []
    if subject.index is not None or failure.kind in ABOUT_A_TERM:
        told = Chain(events, past(events, subject.ends), subject).moments
    if failure.kind in _ABOUT_FOLLOWERS:
        whom = subject.servers[0] if failure.kind == "NotCaughtUp" and subject.servers else None
        told = [*merge(told, followers(events, subject.index, whom), key=lambda moment: moment.line)]
    return told
