"""Whether a history could have come from one machine: by a table, and by everybody's own eyes."""

from dataclasses import replace
from random import Random

import pytest
from histories import is_linearizable_obviously, op, random_history, served_history

from raftkit.linearizability import (
    Finding,
    Kind,
    ListAppend,
    Model,
    Operation,
    Outcome,
    Register,
    check,
)

INFO, FAIL = Outcome.INFO, Outcome.FAIL
ONE, TWO = op(0, "put 1", 0, 10), op(0, "put 2", 20, 30)

PAIRS = [
    pytest.param([ONE, op(1, "get", 20, 30, "1")], [ONE, op(1, "get", 20, 30, "")], id="what-was-put"),
    pytest.param([ONE, TWO, op(1, "get", 25, 40, "1")], [ONE, TWO, op(1, "get", 31, 40, "1")], id="stale-read"),
    pytest.param([ONE, op(1, "get", 10, 20, "")], [ONE, op(1, "get", 11, 20, "")], id="one-moment-is-an-overlap"),
    pytest.param(
        [op(0, "put 1", 0, 100), op(1, "get", 10, 20, ""), op(2, "get", 30, 40, "1")],
        [op(0, "put 1", 0, 100), op(1, "get", 10, 20, "1"), op(2, "get", 30, 40, "")],
        id="seen-once-seen-by-all",
    ),
    pytest.param(
        [op(0, "put 1", 0, 50), op(1, "put 2", 0, 50), op(2, "get", 60, 70, "1"), op(3, "get", 60, 70, "1")],
        [op(0, "put 1", 0, 50), op(1, "put 2", 0, 50), op(2, "get", 60, 70, "1"), op(3, "get", 60, 70, "2")],
        id="concurrent-puts-have-one-winner",
    ),
    pytest.param(
        [op(0, "append a", 0, 10), op(1, "append b", 5, 15), op(2, "get", 20, 30, "ba")],
        [op(0, "append a", 0, 10), op(1, "append b", 15, 20), op(2, "get", 25, 30, "ba")],
        id="order-of-appends",
    ),
    pytest.param(
        [op(0, "append a", 0, 10), op(2, "get", 20, 30, "a")],
        [op(0, "append a", 0, 10), op(2, "get", 20, 30, "aa")],
        id="executed-twice",
    ),
    pytest.param(
        [ONE, op(1, "cas 1 2", 20, 30, True), op(2, "cas 1 3", 25, 35, False)],
        [ONE, op(1, "cas 1 2", 20, 30, True), op(2, "cas 1 3", 25, 35, True)],
        id="one-comparison-holds",
    ),
    pytest.param(
        [op(0, "put 1", 0, 10, outcome=INFO), op(1, "get", 50, 60, ""), op(1, "get", 70, 80, "1")],
        [op(0, "put 1", 0, 10, outcome=INFO), op(1, "get", 50, 60, "1"), op(1, "get", 70, 80, "")],
        id="unknown-may-happen-later",
    ),
    pytest.param(
        [op(0, "put 1", 50, 60, outcome=INFO), op(1, "get", 50, 60, "1")],
        [op(0, "put 1", 50, 60, outcome=INFO), op(1, "get", 30, 40, "1")],
        id="unknown-never-happens-before-its-call",
    ),
    pytest.param(
        [op(0, "append a", 0, None, outcome=INFO), op(1, "get", 50, 60, "a"), op(1, "get", 70, 80, "a")],
        [op(0, "append a", 0, None, outcome=INFO), op(1, "get", 50, 60, "a"), op(1, "get", 70, 80, "aa")],
        id="unknown-happens-once",
    ),
    pytest.param(
        [op(0, "cas - 1", 0, 10, outcome=INFO), op(1, "cas 1 2", 5, 9, outcome=INFO), op(2, "get", 20, 30, "2")],
        [op(0, "cas - 1", 0, 10, outcome=INFO), op(1, "cas 3 2", 5, 9, outcome=INFO), op(2, "get", 20, 30, "2")],
        id="unknown-comparisons-build-on-each-other",
    ),
    pytest.param(
        [op(0, "put 1", 0, 10, outcome=INFO), op(1, "cas - 2", 20, 30, False), op(2, "put 3", 40, 50)],
        [op(0, "append -", 0, 10, outcome=INFO), op(1, "cas - 2", 20, 30, False), op(2, "put 3", 40, 50)],
        id="unknown-hides-what-was-not-found",
    ),
    pytest.param(
        [op(0, "put 1", 0, 10), op(1, "put 2", 0, 10, outcome=INFO), op(2, "get", 20, 30, "2")],
        [op(0, "put 1", 0, 10), op(1, "put 2", 0, 10, outcome=FAIL), op(2, "get", 20, 30, "2")],
        id="failed-never-happens",
    ),
    pytest.param(
        [ONE, op(1, "put 2", 0, 10, key="y"), op(2, "get", 20, 30, "1")],
        [ONE, op(1, "put 2", 0, 10, key="y"), op(2, "get", 20, 30, "2")],
        id="keys-are-apart",
    ),
]  # fmt: skip
LISTS = [
    pytest.param(
        [op(0, "append 1", 0, 10), op(1, "append 2", 0, 10), op(2, "get", 20, 30, ("2", "1"))],
        [op(0, "append 1", 0, 10), op(1, "append 2", 0, 10), op(2, "get", 20, 30, ("2",))],
        id="lost-append",
    ),
    pytest.param(
        [op(0, "append 1", 0, 50), op(1, "append 2", 0, 50), op(2, "get", 10, 60, ("2", "1")), op(3, "get", 10, 60, ("2",))],
        [op(0, "append 1", 0, 50), op(1, "append 2", 0, 50), op(2, "get", 10, 60, ("2", "1")), op(3, "get", 10, 60, ("1",))],
        id="reads-agree-on-the-order",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("legal", "illegal"), PAIRS)
def test_registers(legal: list[Operation], illegal: list[Operation]) -> None:
    """Histories of the same shape, one of which no machine can show."""
    assert check(legal, Register()).finding is Finding.LINEARIZABLE
    assert check(illegal, Register()).finding is Finding.VIOLATED


@pytest.mark.parametrize(("legal", "illegal"), LISTS)
def test_lists(legal: list[Operation], illegal: list[Operation]) -> None:
    """The same for lists."""
    assert check(legal, ListAppend()).finding is Finding.LINEARIZABLE
    assert check(illegal, ListAppend()).finding is Finding.VIOLATED


def test_nothing_happened() -> None:
    """An empty history, and one that never got an answer, contradict nothing."""
    assert check([], Register()).finding is Finding.LINEARIZABLE
    assert check([op(0, "put 1", 0, None, outcome=INFO)], Register()).finding is Finding.LINEARIZABLE


@pytest.mark.parametrize("model", [Register(), ListAppend()], ids=lambda model: model.name)
def test_ten_thousand_small_histories_as_everybody_can_see(model: Model) -> None:
    """Against every order of every choice, tried one after the other; both findings are common."""
    seen = {True: 0, False: 0}
    for seed in range(5_000):
        history = random_history(Random(seed), model, most=5)
        obvious = is_linearizable_obviously(history, model)
        assert (check(history, model).finding is Finding.LINEARIZABLE) == obvious, (seed, history)
        seen[obvious] += 1
    assert min(seen.values()) > 500, seen


@pytest.mark.parametrize("model", [Register(), ListAppend()], ids=lambda model: model.name)
@pytest.mark.parametrize("seed", range(10))
def test_what_one_machine_served_is_linearizable_and_a_get_made_up_is_not(model: Model, seed: int) -> None:
    """Longer histories, with lost answers."""
    rng = Random(seed)
    history = served_history(rng, model, operations=300, clients=4, keys=3, uncertain=0.05)
    assert check(history, model).finding is Finding.LINEARIZABLE
    gets = [o for o in history if o.action.kind is Kind.GET and o.outcome is Outcome.OK and o.result]
    chosen, made_up = rng.choice(gets), "nobody wrote this"
    wrong = replace(chosen, result=(made_up,) if model.initial == () else made_up)
    forged = [wrong if operation is chosen else operation for operation in history]
    judgement = check(forged, model)
    assert judgement.finding is Finding.VIOLATED
    assert judgement.counterexample is not None
    assert judgement.counterexample.operations == (wrong,)


@pytest.mark.parametrize("operations", [1_000, 10_000])
@pytest.mark.parametrize("model", [Register(), ListAppend()], ids=lambda model: model.name)
def test_long_histories_fit_into_the_budget(model: Model, operations: int) -> None:
    """A hundred operations a key, as the workload has them, with one answer in twenty lost."""
    history = served_history(
        Random(1), model, operations=operations, clients=5, keys=operations // 100, uncertain=0.05
    )
    judgement = check(history, model)
    assert judgement.finding is Finding.LINEARIZABLE
    assert judgement.steps < 20 * operations


def test_a_history_that_takes_too_long_ends_as_unknown_and_always_at_the_same_step() -> None:
    """Thirty appends at once and a text that shows them in no order: who can tell in a short time?"""
    appends = [op(client, f"append {'ab'[client % 2]}", 0, 100) for client in range(30)]
    history = [*appends, op(30, "get", 200, 300, "ab" * 14 + "bb")]
    first, second = check(history, Register(), budget=20_000), check(history, Register(), budget=20_000)
    assert first == second
    assert first.finding is Finding.UNKNOWN
    assert first.unknown == ("x",)
    assert 20_000 < first.steps < 20_010


def test_a_violation_on_one_key_counts_though_another_is_unknown() -> None:
    """What is known to be wrong is wrong."""
    appends = [op(client, f"append {'ab'[client % 2]}", 0, 100) for client in range(30)]
    history = [*appends, op(30, "get", 200, 300, "ab" * 14 + "bb"), op(0, "get", 0, 10, "7", key="z")]
    assert check(history, Register(), budget=20_000).finding is Finding.VIOLATED


def test_an_operation_that_cannot_be_is_refused() -> None:
    """It would make every later judgement worthless."""
    with pytest.raises(ValueError, match="returned before it was called"):
        op(0, "get", 10, 5, "")
    with pytest.raises(ValueError, match="has not returned"):
        op(0, "get", 10, None, "")
