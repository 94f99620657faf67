"""Histories written down, and made at random."""

from itertools import permutations
from random import Random
from typing import Any

from raftkit.linearizability import Action, Kind, Model, Operation, Outcome, Result

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def op(
    client: int,
    what: str,
    called: int,
    returned: int | None,
    result: Result = None,
    *,
    outcome: Outcome = Outcome.OK,
    key: str = "x",
) -> Operation:
    """``op(0, "put 1", 10, 20)``; moments in milliseconds; ``cas 1 2``; nothing is written ``-``."""
    word, *values = ("" if part == "-" else part for part in what.split())
    kind = Kind.COMPARE_AND_SET if word == "cas" else Kind(word)
    expected = values.pop(0) if kind is Kind.COMPARE_AND_SET else ""
    value = values[0] if values else ""
    return Operation(
        client=client,
        action=Action(kind, key, value, expected),
        called_ns=called * 1_000_000,
        returned_ns=None if returned is None else returned * 1_000_000,
        outcome=outcome,
        result=result,
    )


def is_linearizable_obviously(operations: list[Operation], model: Model[Any]) -> bool:
    """Try every order of every choice of the uncertain ones: slow, and plain to see."""
    happened = [o for o in operations if o.outcome is Outcome.OK]
    perhaps = [o for o in operations if o.outcome is Outcome.INFO]
    for choice in range(2 ** len(perhaps)):
        chosen = happened + [o for place, o in enumerate(perhaps) if choice >> place & 1]
        if any(_explains(order, model) for order in permutations(chosen)):
            return True
    return False


def _explains(order: tuple[Operation, ...], model: Model[Any]) -> bool:
    state = model.initial
    for place, operation in enumerate(order):
        state, result = model.step(state, operation.action)
        if operation.outcome is Outcome.OK and result != operation.result:
            return False
        for later in order[place + 1 :]:
            if later.outcome is Outcome.OK and (later.returned_ns or 0) < operation.called_ns:
                return False
    return True


def random_history(rng: Random, model: Model[Any], most: int) -> list[Operation]:
    """A few operations with few moments and few values, so that right and wrong ones are both common."""
    operations = []
    for _ in range(rng.randint(1, most)):
        kind = rng.choice(model.kinds)
        first, second = sorted((rng.randint(0, 8), rng.randint(0, 8)))
        value = "" if kind is Kind.GET else rng.choice("ab")
        expected = rng.choice(["", "a", "b"]) if kind is Kind.COMPARE_AND_SET else ""
        outcome = rng.choices([Outcome.OK, Outcome.INFO, Outcome.FAIL], [8, 3, 1])[0]
        result = _random_result(rng, kind, model) if outcome is Outcome.OK else None
        returned = None if outcome is Outcome.INFO and rng.random() < 0.5 else second
        action = Action(kind, "x", value, expected)
        operations.append(
            Operation(
                client=rng.randrange(3),
                action=action,
                called_ns=first,
                returned_ns=returned,
                outcome=outcome,
                result=result,
            )
        )
    return operations


def _random_result(rng: Random, kind: Kind, model: Model[Any]) -> Result:
    if kind is Kind.COMPARE_AND_SET:
        return rng.random() < 0.5
    if kind is not Kind.GET:
        return None
    text = rng.choice(["", "a", "b", "ab", "ba", "aa"])
    return tuple(text) if model.initial == () else text


def served_history(
    rng: Random, model: Model[Any], *, operations: int, clients: int, keys: int = 1, uncertain: float = 0.0
) -> list[Operation]:
    """What clients see of one machine that carries out each operation at one moment between call and return.

    Each client calls when it has its answer; the values that are written differ.
    """
    free_at = [0] * clients
    calls = []
    for number in range(operations):
        client = min(range(clients), key=lambda each: free_at[each])
        called = free_at[client] + rng.randint(1, 50)
        moment = called + rng.randint(0, 100)
        free_at[client] = moment + rng.randint(0, 100)
        calls.append((moment, called, free_at[client], client, number))
    states: dict[str, Any] = {}
    return [_serve(rng, model, states, call, keys, uncertain) for call in sorted(calls)]


def _serve(
    rng: Random,
    model: Model[Any],
    states: dict[str, Any],
    call: tuple[int, int, int, int, int],
    keys: int,
    uncertain: float,
) -> Operation:
    _, called, returned, client, number = call
    key = f"k{rng.randrange(keys)}"
    kind = rng.choice(model.kinds)
    before = states.get(key, model.initial)
    value = "" if kind is Kind.GET else f"{LETTERS[client]}{number}"
    expected = before if kind is Kind.COMPARE_AND_SET and rng.random() < 0.7 else ""
    action = Action(kind, key, value, expected)
    is_lost = rng.random() < uncertain
    after, result = model.step(before, action)
    if not is_lost or rng.random() < 0.5:
        states[key] = after
    return Operation(
        client=client,
        action=action,
        called_ns=called,
        returned_ns=returned,
        outcome=Outcome.INFO if is_lost else Outcome.OK,
        result=None if is_lost else result,
    )
