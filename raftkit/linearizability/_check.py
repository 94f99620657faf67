"""A whole history: key by key, with a budget for each, and the evidence when one does not hold."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from raftkit.linearizability._counterexample import Counterexample, explain
from raftkit.linearizability._history import Operation, Outcome
from raftkit.linearizability._models import Model
from raftkit.linearizability._search import GaveUp, Refuted, search

BUDGET = 500_000
"""Steps of the search for one key: about a second of CPU and 100 MB of memory at most."""


class Finding(StrEnum):
    """What is known of a history."""

    LINEARIZABLE = "linearizable"  # an order explains it
    VIOLATED = "violated"  # none does
    UNKNOWN = "unknown"  # the budget did not suffice to tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What came out.

    Attributes:
        operations: How many were judged; those that failed are not among them.
        steps: How many steps that took.
        counterexample: The evidence of a violation, for the first key that has one.
        unknown: Keys of which nothing is known.
    """

    finding: Finding
    operations: int
    steps: int
    counterexample: Counterexample | None = None
    unknown: tuple[str, ...] = ()


def check(operations: Iterable[Operation], model: Model[Any], *, budget: int = BUDGET) -> Judgement:
    """Judge a history.

    A key is a machine of its own: a history is linearizable when each of its keys is (Herlihy and Wing, 1990).

    Args:
        operations: In any order; failed ones count as if they had never been called.
        model: What each key does.
        budget: Steps for each key.
    """
    by_key: dict[str, list[Operation]] = {}
    for operation in operations:
        if operation.outcome is not Outcome.FAIL:
            by_key.setdefault(operation.action.key, []).append(operation)
    steps, unknown = 0, []
    count = sum(map(len, by_key.values()))
    for key in sorted(by_key):
        outcome = search(by_key[key], model, budget)
        steps += outcome.steps
        if isinstance(outcome, Refuted):
            evidence = explain(by_key[key], outcome.by, model, budget)
            return Judgement(finding=Finding.VIOLATED, operations=count, steps=steps, counterexample=evidence)
        if isinstance(outcome, GaveUp):
            unknown.append(key)
    finding = Finding.UNKNOWN if unknown else Finding.LINEARIZABLE
    return Judgement(finding=finding, operations=count, steps=steps, unknown=tuple(unknown))
