"""Judges over events: one property a file, reading the trace and nothing else.

A *fact* is the other way round: something that must have happened for a pass to count.

An oracle is called with every event as it is recorded, and raises CaseFailed at the first breach.
"""

import sys
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from raftkit.oracles._bites import BiteFinder
from raftkit.oracles._commit_safety import CommitSafety
from raftkit.oracles._elected import Elected
from raftkit.oracles._election_safety import ElectionSafety
from raftkit.oracles._facts import FACTS, FactFinder, describe_fact
from raftkit.oracles._heartbeats import Heartbeats
from raftkit.oracles._leader_completeness import LeaderCompleteness
from raftkit.oracles._log_matching import LogMatching
from raftkit.oracles._one_vote import OneVote
from raftkit.oracles._promises_kept import PromisesKept
from raftkit.oracles._rpc_flood import RpcFlood
from raftkit.oracles._saved_first import SavedFirst
from raftkit.oracles._saved_term import SavedTerm
from raftkit.oracles._sight import Sight, View
from raftkit.oracles._terms_never_go_back import TermsNeverGoBack
from raftkit.trace import Event


class Oracle(Protocol):
    """A judge of one run."""

    @property
    def needs(self) -> tuple[View, ...]:
        """The messages without which it cannot judge, or not all."""
        ...

    @property
    def reads(self) -> tuple[type[Event], ...]:
        """The kinds of events that it wants to see."""
        ...

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        ...


@runtime_checkable
class JudgesAtEnd(Protocol):
    """An oracle that has something left to judge when a test's steps are done."""

    def at_end(self) -> None:
        """Judge it.

        Raises:
            CaseFailed: A breach.
        """
        ...


ORACLES: dict[str, Callable[[], Oracle]] = {
    "election_safety": ElectionSafety,
    "elected": Elected,
    "terms_never_go_back": TermsNeverGoBack,
    "one_vote": OneVote,
    "log_matching": LogMatching,
    "promises_kept": PromisesKept,
    "leader_completeness": LeaderCompleteness,
    "commit_safety": CommitSafety,
    "saved_first": SavedFirst,
    "saved_term": SavedTerm,
    "heartbeats": Heartbeats,
    "rpc_flood": RpcFlood,
}
"""Every oracle by name; all are on in every run, unless a test or the user says otherwise."""


def describe_oracle(name: str) -> str:
    """The property that an oracle watches over, in a sentence."""
    doc = sys.modules[ORACLES[name].__module__].__doc__ or name
    return doc.partition("\n")[0].removesuffix(".")


__all__ = [
    "FACTS",
    "ORACLES",
    "BiteFinder",
    "CommitSafety",
    "Elected",
    "ElectionSafety",
    "FactFinder",
    "Heartbeats",
    "JudgesAtEnd",
    "LeaderCompleteness",
    "LogMatching",
    "OneVote",
    "Oracle",
    "PromisesKept",
    "RpcFlood",
    "SavedFirst",
    "SavedTerm",
    "Sight",
    "TermsNeverGoBack",
    "View",
    "describe_fact",
    "describe_oracle",
]
