"""Makes the evidence of a violation small enough to be seen at a glance, without making up another one.

Simply leaving operations out would do that: without the put of 7, a get that saw 7 is wrong, and never was. So an
operation that does not matter is *set free* instead: it may take effect at any moment whatever, or never, and nobody
knows its result. Whatever explains the real history explains one with more freedom, too. Therefore, if the rest
cannot be explained even so, the rest alone is the evidence.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from raftkit.linearizability._history import Operation, Outcome
from raftkit.linearizability._models import Model
from raftkit.linearizability._search import Found, Refuted, search

MINIMISING_BUDGET = 6
"""Making a counter-example small may take this many times the steps of a search; then it stays as large as it is."""
FIRST_WINDOW = 4
"""Operations that are kept at first, beside the one that finds no place; then twice as many."""
TRIES = 2
"""One try may take this part of a search's steps: where less is certain there is more to search."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """Operations of one key that no order explains.

    Attributes:
        operations: By the moment of their call. Each matters: with any of them set free, an order exists.
        blocked: The one among them that finds no place; when it had not returned yet, an order existed.
        order: Those that have a place in that order.
        others: How many further operations there are on the key; no choice of their moments helps.
    """

    key: str
    operations: tuple[Operation, ...]
    blocked: Operation
    order: tuple[Operation, ...]
    others: int


def explain(operations: Sequence[Operation], by: Operation, model: Model[Any], budget: int) -> Counterexample:
    """Make the evidence of a history of one key that was refuted by the time when ``by`` returned."""
    blocked = _first_blocked(operations, by, model, budget)
    known = _until(operations, blocked)
    kept = _Minimiser(known, blocked, model, budget).minimal()
    waiting = [_uncertain(operation) if operation is blocked else operation for operation in known]
    before = search(waiting, model, budget)
    placed = {id(operation) for operation in kept}
    order = before.order if isinstance(before, Found) else ()
    return Counterexample(
        key=blocked.action.key,
        operations=tuple(kept),
        blocked=blocked,
        order=tuple(operation for operation in order if id(operation) in placed),
        others=len(operations) - len(kept),
    )


def _first_blocked(
    operations: Sequence[Operation], by: Operation, model: Model[Any], budget: int
) -> Operation:
    """Give the operation with whose return the history became one that nothing explains."""
    returned = sorted((o for o in operations if o.outcome is Outcome.OK), key=_returned_ns)
    returned = returned[: 1 + next(place for place, operation in enumerate(returned) if operation is by)]
    return returned[
        bisect_left(
            returned,
            True,
            hi=len(returned) - 1,
            key=lambda operation: isinstance(search(_until(operations, operation), model, budget), Refuted),
        )
    ]


def _returned_ns(operation: Operation) -> int:
    assert operation.returned_ns is not None
    return operation.returned_ns


def _until(operations: Sequence[Operation], last: Operation) -> list[Operation]:
    """Give what was known at the moment when an operation returned, by the moments of the calls."""
    end_ns = _returned_ns(last)
    called = [operation for operation in operations if operation.called_ns <= end_ns]
    return [
        _uncertain(operation)
        if operation.outcome is Outcome.OK and _returned_ns(operation) > end_ns
        else operation
        for operation in sorted(called, key=lambda operation: operation.called_ns)
    ]


def _uncertain(operation: Operation) -> Operation:
    return replace(operation, outcome=Outcome.INFO, result=None)


def _set_free(operation: Operation) -> Operation:
    return replace(operation, called_ns=0, returned_ns=None, outcome=Outcome.INFO, result=None)


class _Minimiser:
    """Looks for few operations that cannot be explained, all others set free."""

    def __init__(
        self, operations: list[Operation], blocked: Operation, model: Model[Any], budget: int
    ) -> None:
        self._operations = operations
        self._blocked = next(number for number, operation in enumerate(operations) if operation is blocked)
        self._model = model
        self._budget = budget
        self._left = MINIMISING_BUDGET * budget

    def minimal(self) -> list[Operation]:
        """Give operations of which none can be set free alone, unless the budget ran out before."""
        kept = self._latest()
        size = max(1, len(kept) // 2)
        while True:
            smaller = self._without_some(kept, size)
            if size == 1 and len(smaller) == len(kept):
                return [self._operations[number] for number in kept]
            kept = smaller
            size = max(1, min(size // 2, len(kept) // 2))

    def _latest(self) -> list[int]:
        """Give the latest operations: what is wrong is mostly seen by a few, and that is quickly tried."""
        total = len(self._operations)
        window = FIRST_WINDOW
        while window < total:
            kept = sorted({self._blocked, *range(total - window, total)})
            if self._is_refuted(kept):
                return kept
            window *= 2
        return list(range(total))

    def _without_some(self, kept: list[int], size: int) -> list[int]:
        """Try to set free each run of ``size`` operations, the latest first."""
        for start in reversed(range(0, len(kept), size)):
            rest = kept[:start] + kept[start + size :]
            if self._is_refuted(rest):
                kept = rest
        return kept

    def _is_refuted(self, kept: list[int]) -> bool:
        if self._left <= 0:
            return False
        chosen = set(kept)
        history = [o if number in chosen else _set_free(o) for number, o in enumerate(self._operations)]
        outcome = search(history, self._model, self._budget // TRIES)
        self._left -= outcome.steps
        return isinstance(outcome, Refuted)
