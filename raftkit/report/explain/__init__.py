"""Explanations: which rule a failure is about, the moments that led there, and what to look at first.

Made from a failure and its trace, after the run. It reads events and knows nothing of how they came about.
"""

import re
from collections.abc import Sequence

from raftkit.model import Explanation, Failure
from raftkit.report.explain._elections import Elections
from raftkit.report.explain._entry import Entry
from raftkit.report.explain._rules import CODE, RULES
from raftkit.report.explain._traffic import busiest
from raftkit.trace import Event

__all__ = ["explain"]

_INDEX = re.compile(r"\bindex (\d+)")
_TERM = re.compile(r"\bterm (\d+)")

_BY_TERM = {"ElectionSafetyViolated", "VotedTwice", "UnexpectedLeader"}
_BY_INDEX = {
    "AgreementFailed", "NotCommitted", "CommittedTooEarly", "CommittedWithoutMajority", "CommittedOldTerm",
    "AppliedUncommitted", "StateMachineSafetyViolated", "LeaderCompletenessViolated", "AnsweredBeforeSaving",
    "LogMatchingViolated", "CommandLost", "WrongCommand", "AppliedOutOfOrder",
}  # fmt: skip
_BY_TRAFFIC = {"RpcFlood", "TooManyRPCs", "TooManybytes"}


def explain(failure: Failure, events: Sequence[Event]) -> Explanation:
    """Explain a failure from the events of its run."""
    rule = RULES.get(failure.kind, CODE)
    return Explanation(
        source=rule.source, rule=rule.text, moments=tuple(_moments(failure, events)), look=rule.look
    )


def _moments(failure: Failure, events: Sequence[Event]) -> list[str]:
    kind = failure.kind
    text = f"{failure.summary} {failure.observed} {failure.expected}"
    if kind == "NoLeader":
        return Elections(events).why_nobody_leads()
    if kind in _BY_TERM and (found := _TERM.search(text)):
        return Elections(events).of_term(int(found.group(1)))
    if kind in _BY_INDEX and (found := _INDEX.search(text)):
        return Entry(events, int(found.group(1))).story()
    if kind in _BY_TRAFFIC:
        return busiest(events)
    return []
