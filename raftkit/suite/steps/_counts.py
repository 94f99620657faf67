"""What the steps that hold other steps have in common: how often, and which."""

from raftkit.suite._context import Context
from raftkit.suite._fields import declared
from raftkit.suite._specs import StepsSpec
from raftkit.suite._step import Step
from raftkit.suite.expressions import (
    Expression,
    Range,
    Scope,
    fold,
)

MAX_TIMES = 100_000
"""Rounds of one repetition; the lab's Figure 8 has 1000."""
MAX_TASKS = 1_000
"""Tasks that one step may start; the lab's tests start at most five at a time."""


def steps_field(doc: str, *, optional: bool = False) -> tuple[Step, ...]:
    """Declare a field that holds steps."""
    found: tuple[Step, ...] = declared(StepsSpec(doc=doc), optional=optional)
    return found


def check_count(count: Expression, scope: Scope, most: int) -> int:
    """Refuse a constant count out of bounds; give the fewest rounds that are certain."""
    count.check(scope)
    known = fold(count.node, scope.n)
    low, high = (known.low, known.high) if isinstance(known, Range) else (known, known)
    for end in (low, high):
        if isinstance(end, int) and not 0 <= end <= most:
            raise count.place.error(f"{end} times: allowed are 0 to {most}")
    return low if isinstance(low, int) else 0


def count_of(count: Expression, context: Context, most: int) -> int:
    """Evaluate a count; refuse one out of bounds."""
    times = context.number(count)
    if not 0 <= times <= most:
        raise count.place.error(f"{times} times: allowed are 0 to {most}")
    return times
