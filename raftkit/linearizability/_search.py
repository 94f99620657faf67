"""Looks for an order that explains a history of one key, and says for certain when there is none.

    called  A ├────────┤            at first A and B can be next, C cannot: B returned before
            B    ├──┤               C was called. When B is placed, it leaves the list, and
            C         ├─────┤       A and C can be next.

The calls and returns of completed operations form a list in the order of time. Whatever was called before the
first return in it can be next (Wing and Gong, 1993); what is placed is taken out of the list, and put back
when its turn was wrong. A place where the same operations led to the same state need not be visited again (Lowe,
2017). An operation of unknown outcome has no return, and need not be placed at all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from raftkit.linearizability._history import Operation, Outcome
from raftkit.linearizability._models import Model
from raftkit.linearizability._outlook import Outlook, State

FARTHEST_LOOK = 50
"""Calls and returns to look ahead for somebody who must find something."""

LONG_STATE = 200
"""A step counts once more for each so many items or characters of the state: they are copied, compared and hashed."""


@dataclass(frozen=True, slots=True)
class Found:
    """The history is linearizable: ``order`` explains it."""

    order: tuple[Operation, ...]
    steps: int


@dataclass(frozen=True, slots=True)
class Refuted:
    """There is no such order, not even of what was known when ``by`` had returned."""

    by: Operation
    steps: int


@dataclass(frozen=True, slots=True)
class GaveUp:
    """The budget is used up, and nothing is known."""

    steps: int


def search(operations: Sequence[Operation], model: Model[Any], budget: int) -> Found | Refuted | GaveUp:
    """Search for an order.

    Args:
        operations: Of one key, in any order.
        model: What the key does.
        budget: How many times an operation may be tried in a place: about a microsecond each.
    """
    return _Search(operations, model, budget).run()


@dataclass(slots=True)
class _Node:
    """A place that the search has come to: what was placed last, and what that led to."""

    number: int
    state: State
    placed: int
    used: int
    candidates: Iterator[int]


class _Search:
    """Operations have numbers: the completed ones first, then the uncertain ones. Sets of them are bits."""

    def __init__(self, operations: Sequence[Operation], model: Model[Any], budget: int) -> None:
        done = sorted((o for o in operations if o.outcome is Outcome.OK), key=lambda o: o.called_ns)
        maybe = sorted((o for o in operations if o.outcome is Outcome.INFO), key=lambda o: o.called_ns)
        self._all = [*done, *maybe]
        self._certain = len(done)
        self._step = model.step
        self._initial: State = model.initial
        self._budget = budget
        self._steps = 0
        self._furthest = 0
        self._outlook = Outlook(self._all, self._certain, model)
        self._seen: dict[tuple[int, int, State], list[int]] = {}
        self._lay_out(done)

    def _lay_out(self, done: list[Operation]) -> None:
        """Lay out calls and returns as a ring of places; the last place is both its beginning and its end."""
        moments = [(o.called_ns, False, number) for number, o in enumerate(done)]
        moments += [(o.returned_ns or 0, True, number) for number, o in enumerate(done)]
        moments.sort()  # at one moment calls come first: who says that these two did not overlap?
        self._at_ns = [at_ns for at_ns, _, _ in moments]
        self._returns = [returns for _, returns, _ in moments]
        self._number = [number for _, _, number in moments]
        self._call_place, self._return_place = [0] * len(done), [0] * len(done)
        for place, (_, returns, number) in enumerate(moments):
            (self._return_place if returns else self._call_place)[number] = place
        self._ring = len(moments)
        self._next = [*range(1, self._ring + 1), 0]
        self._previous = [self._ring, *range(self._ring)]

    def run(self) -> Found | Refuted | GaveUp:
        path = [_Node(-1, self._initial, 0, 0, self._candidates(0))]
        while self._next[self._ring] != self._ring:
            node = path[-1]
            for number in node.candidates:
                self._steps += 1 + len(node.state) // LONG_STATE
                if self._steps > self._budget:
                    return GaveUp(self._steps)
                after = self._after(node, number)
                if after is not None:
                    if number < self._certain and after.state == node.state:
                        node.candidates = iter(())  # what changes nothing can as well be now as later
                    self._take_out(number)
                    path.append(after)
                    break
            else:
                path.pop()
                if not path:
                    return Refuted(self._all[self._number[self._furthest]], self._steps)
                self._put_back(node.number)
        return Found(tuple(self._all[node.number] for node in path[1:]), self._steps)

    def _candidates(self, used: int) -> Iterator[int]:
        """Number whatever can be next: first what must be placed, then what may be."""
        place = self._next[self._ring]
        while not self._returns[place]:
            yield self._number[place]
            place = self._next[place]
        self._furthest = max(self._furthest, place)
        for number in range(self._certain, len(self._all)):
            if self._all[number].called_ns > self._at_ns[place]:
                return
            if not used >> number & 1:
                yield number

    def _after(self, node: _Node, number: int) -> _Node | None:
        """Place an operation behind a node; None when that contradicts its result, or leads nowhere new."""
        operation = self._all[number]
        state, result = self._step(node.state, operation.action)
        placed, used = node.placed, node.used
        if number < self._certain:
            if result != operation.result:
                return None
            placed |= 1 << number
        else:
            if state == node.state or self._outlook.is_vain(node.state, state):
                return None
            used |= 1 << number
        if state != node.state and self._is_hopeless(number, state, placed | used):
            return None
        if self._is_known(placed, used, state):
            return None
        return _Node(number, state, placed, used, self._candidates(used))

    def _is_hopeless(self, number: int, state: State, gone: int) -> bool:
        """Whether the next to return of those that must find something cannot find it after this."""
        place = self._next[self._ring]
        for _ in range(FARTHEST_LOOK):
            if place == self._ring:
                return False
            if self._returns[place]:
                target = self._outlook.targets[self._number[place]]
                if target is not None and self._number[place] != number:
                    is_hopeless = self._outlook.is_hopeless(state, target, gone)
                    self._furthest = max(self._furthest, place if is_hopeless else 0)
                    return is_hopeless
            place = self._next[place]
        return False

    def _is_known(self, placed: int, used: int, state: State) -> bool:
        """Whether the search was here with no more uncertain operations used: what is open now was open then."""
        first_open = (
            ~placed & (placed + 1)
        ).bit_length() - 1  # all before it are placed: no need to keep them
        known = self._seen.setdefault((first_open, placed >> first_open, state), [])
        used >>= self._certain
        if any(earlier & ~used == 0 for earlier in known):
            return True
        known.append(used)
        return False

    def _take_out(self, number: int) -> None:
        if number < self._certain:
            for place in (self._call_place[number], self._return_place[number]):
                self._next[self._previous[place]] = self._next[place]
                self._previous[self._next[place]] = self._previous[place]

    def _put_back(self, number: int) -> None:
        if number < self._certain:
            for place in (self._return_place[number], self._call_place[number]):
                self._next[self._previous[place]] = place
                self._previous[self._next[place]] = place
