"""The evidence of a violation: what is in it, what it says, and how it is drawn."""

from dataclasses import replace
from random import Random

import pytest
from histories import is_linearizable_obviously, op, random_history, served_history

from raftkit.linearizability import (
    Counterexample,
    Finding,
    Kind,
    ListAppend,
    Model,
    Operation,
    Outcome,
    Register,
    check,
    headline,
    lanes,
    tell,
)

STALE = [
    op(0, "put 1", 1000, 1100),
    op(3, "get", 1000, 1900, "1"),
    op(1, "put 2", 1900, 2000),
    op(1, "append 9", 1000, 5000, outcome=Outcome.INFO),
    op(2, "get", 2100, 2200, "1"),
    op(0, "put 3", 2300, 2400),
]


def evidence(history: list[Operation], model: Model) -> Counterexample:
    found = check(history, model).counterexample
    assert found is not None
    return found


def test_only_what_matters_is_in_it() -> None:
    """Neither what came later, nor what contradicts nothing."""
    found = evidence(STALE, Register())
    assert found.operations == (STALE[0], STALE[2], STALE[4])
    assert found.blocked is STALE[4]
    assert found.order == (STALE[0], STALE[2])
    assert found.others == 3


def test_it_is_told_in_words() -> None:
    """Who saw what, when, and what they should have seen."""
    found = evidence(STALE, Register())
    assert headline(found) == (
        "client 2 read x = 1, 2.100s to 2.200s, after client 1 put x = 2, acknowledged at 2.000s"
    )
    assert tell(found) == [
        "client 0 put x = 1, 1.000s to 1.100s: fits as number 1",
        "client 1 put x = 2, 1.900s to 2.000s: fits as number 2",
        "client 2 read x = 1, 2.100s to 2.200s: finds no place",
        "(of 3 further operations on x, none helps, whenever it may have taken effect)",
    ]


def test_it_is_drawn_as_lanes() -> None:
    """A lane a client, and later things further right."""
    assert lanes(evidence(STALE, Register())) == [
        "client 0   ├─put x=1─┤",
        "client 1               ├─put x=2─┤",
        "client 2                           ├─get x → 1─┤  finds no place",
    ]


def test_what_happened_at_once_is_drawn_one_above_the_other() -> None:
    """Also when it is one client that went on after it had given up."""
    history = [
        op(0, "append 2", 0, 10),
        op(1, "append 1", 50, 90, outcome=Outcome.INFO),
        op(1, "get", 80, 110, "12"),
    ]
    assert lanes(evidence(history, Register())) == [
        "client 0   ├─append x+2─┤",
        "client 1                  ├─append x+1 ?─┄",
        "                            ├─get x → 12───┤  finds no place",
    ]


def test_one_that_is_too_wide_is_not_drawn() -> None:
    """Words remain."""
    history = [op(0, f"put {'v' * 35}{number}", number * 10, number * 10 + 5) for number in range(4)]
    found = Counterexample(key="x", operations=tuple(history), blocked=history[-1], order=(), others=0)
    assert lanes(found) == []
    assert len(tell(found)) == 4


@pytest.mark.parametrize("model", [Register(), ListAppend()], ids=lambda model: model.name)
def test_every_one_is_evidence_by_itself_and_none_is_larger_than_it_must_be(model: Model) -> None:
    """With the others set free it cannot be explained; with any of its own set free, too, it can."""
    convicted = 0
    for seed in range(400):
        history = random_history(Random(seed), model, most=5)
        judgement = check(history, model)
        if judgement.finding is not Finding.VIOLATED:
            continue
        found = judgement.counterexample
        assert found is not None
        assert not is_linearizable_obviously(with_freedom(history, found, found.operations), model), seed
        for one in found.operations:
            rest = tuple(operation for operation in found.operations if operation is not one)
            assert is_linearizable_obviously(with_freedom(history, found, rest), model), (seed, one)
        convicted += 1
    assert convicted > 50


def with_freedom(
    history: list[Operation], found: Counterexample, kept: tuple[Operation, ...]
) -> list[Operation]:
    """The kept ones, and what else was called until then, at any moment whatever."""
    end_ns = found.blocked.returned_ns or 0
    others = [
        replace(o, called_ns=0, returned_ns=None, outcome=Outcome.INFO, result=None)
        for o in history
        if o.called_ns <= end_ns and o.outcome is not Outcome.FAIL and not any(is_same(o, k) for k in kept)
    ]
    return [*kept, *others]


def is_same(operation: Operation, kept: Operation) -> bool:
    """An operation that had not returned when the history broke is kept as an uncertain one."""
    return operation is kept or replace(operation, outcome=Outcome.INFO, result=None) is kept


def test_a_stale_read_among_hundreds_is_told_by_a_handful() -> None:
    """Forty operations before, on the same key."""
    for seed in range(5):
        history = served_history(Random(seed), Register(), operations=200, clients=3, uncertain=0.03)
        gets = [o for o in history if o.action.kind is Kind.GET and o.outcome is Outcome.OK and o.result]
        late = gets[len(gets) // 2]
        stale = next(o for o in history if o.action.kind is Kind.GET and o.result and o.result != late.result)
        forged = [replace(o, result=stale.result) if o is late else o for o in history]
        found = evidence(forged, Register())
        assert found.blocked.result == stale.result
        assert len(found.operations) <= 6
