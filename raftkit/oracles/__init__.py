"""Judges over events: one property a file, reading the trace and nothing else.

A *fact* is the other way round: something that must have happened for a pass to count.

An oracle is called with every event as it is recorded, and raises CaseFailed at the first breach.
"""

import sys
from collections.abc import Callable
from typing import Protocol, runtime_checkable

from raftkit.oracles._bites import BiteFinder
from raftkit.oracles._commit_safety import CommitSafety
from raftkit.oracles._compaction_frees import CompactionFrees
from raftkit.oracles._elected import Elected
from raftkit.oracles._election_safety import ElectionSafety
from raftkit.oracles._facts import FACTS, FactFinder, describe_fact
from raftkit.oracles._heartbeats import Heartbeats
from raftkit.oracles._leader_completeness import LeaderCompleteness
from raftkit.oracles._lock_over_call import NoLockOverCalls
from raftkit.oracles._log_matching import LogMatching
from raftkit.oracles._nothing_runs_after_kill import NothingRunsAfterKill
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


@runtime_checkable
class JudgesHoldings(Protocol):
    """An oracle that judges what servers still hold when they have been told their end."""

    def judge_held(self, server: int, entries: int, now_ns: int) -> None:
        """Judge how many log entries a server can still reach.

        Raises:
            CaseFailed: A breach.
        """
        ...


@runtime_checkable
class Warns(Protocol):
    """An oracle that tells what does not change the verdict."""

    @property
    def warnings(self) -> list[str]:
        """Sentences for the reader, each place told once."""
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
    "compaction_frees": CompactionFrees,
    "heartbeats": Heartbeats,
    "rpc_flood": RpcFlood,
    "nothing_runs_after_kill": NothingRunsAfterKill,
    "lock_over_call": NoLockOverCalls,
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
    "CompactionFrees",
    "Elected",
    "ElectionSafety",
    "FactFinder",
    "Heartbeats",
    "JudgesAtEnd",
    "JudgesHoldings",
    "LeaderCompleteness",
    "LogMatching",
    "NoLockOverCalls",
    "NothingRunsAfterKill",
    "OneVote",
    "Oracle",
    "PromisesKept",
    "RpcFlood",
    "SavedFirst",
    "SavedTerm",
    "Sight",
    "TermsNeverGoBack",
    "View",
    "Warns",
    "describe_fact",
    "describe_oracle",
]
