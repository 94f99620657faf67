"""Sees early that a place in the search leads nowhere, so that nobody need go there.

A state grows at its end, or is replaced. So whoever must still find a certain state finds it only if the state of now
is its beginning, or if somebody who replaces the state can lay that beginning. And an operation that perhaps never
happened is worth placing only where somebody may have found what it leaves behind, or cannot have found what it hides.
"""

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, TypeAlias

from raftkit.linearizability._history import Operation
from raftkit.linearizability._models import Model

State: TypeAlias = str | tuple[str, ...]


class Outlook:
    """What the completed operations of a history found, and who can have laid its beginning.

    Args:
        operations: By their numbers, the completed ones first.
        completed: How many these are.

    Attributes:
        targets: What each completed operation must have found; None where that is open.
    """

    def __init__(self, operations: Sequence[Operation], completed: int, model: Model[Any]) -> None:
        done = operations[:completed]
        self.targets: list[State | None] = [model.found(o.action, o.result) for o in done]
        self._found = sorted({target for target in self.targets if target is not None})
        self._add_what_leads_there(operations[completed:], model)
        avoided = (model.avoided(o.action, o.result) for o in done)
        self._avoided = sorted({state for state in avoided if state is not None})
        self._beginners: dict[State, int] = {}
        for number, operation in enumerate(operations):
            fresh = model.fresh(operation.action)
            if fresh is not None:
                self._beginners[fresh] = self._beginners.get(fresh, 0) | 1 << number
        self._lengths = sorted({len(fresh) for fresh in self._beginners})
        self._who_can_begin: dict[State, int] = {}

    def _add_what_leads_there(self, uncertain: Sequence[Operation], model: Model[Any]) -> None:
        """What perhaps held has then found what it compared with: that counts, if what it put there does."""
        conditions = [(model.found(o.action, True), model.fresh(o.action)) for o in uncertain]
        while True:
            more = {
                needed
                for needed, fresh in conditions
                if needed is not None and fresh is not None and _begins_any(fresh, self._found)
            }.difference(self._found)
            if not more:
                return
            self._found = sorted([*self._found, *more])

    def is_hopeless(self, state: State, target: State, gone: int) -> bool:
        """Whether a state can never become ``target``, now that the operations in the set ``gone`` are placed."""
        return not _begins(state, target) and not self._beginners_of(target) & ~gone

    def is_vain(self, before: State, after: State) -> bool:
        """Whether it makes no difference to anybody that a state has become another, but does not last."""
        return not _begins_any(after, self._found) and not _begins_any(before, self._avoided)

    def _beginners_of(self, target: State) -> int:
        """The set of those who can lay the beginning of a state in place of another."""
        known = self._who_can_begin.get(target)
        if known is None:
            lengths = [length for length in self._lengths if length <= len(target)]
            known = sum(self._beginners.get(target[:length], 0) for length in lengths)
            self._who_can_begin[target] = known
        return known


def _begins(state: State, other: State) -> bool:
    return other[: len(state)] == state


def _begins_any(state: State, others: list[State]) -> bool:
    place = bisect_left(others, state)
    return place < len(others) and _begins(state, others[place])
