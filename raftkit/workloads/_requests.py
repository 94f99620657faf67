"""What clients ask for: drawn from each client's own stream, with values that nobody else writes."""

from random import Random
from typing import Any

from raftkit.linearizability import Action, Kind, Model
from raftkit.workloads._replicas import Request

KEY_NAMES = "xyzuvwpqrs"
OPERATIONS_A_KEY = 100
"""Then a fresh key takes its place: the search for an order is quick while a key's history is short."""
WEIGHTS = {Kind.GET: 4, Kind.PUT: 2, Kind.APPEND: 3, Kind.COMPARE_AND_SET: 2}


class Requests:
    """Draws requests, and knows every one by its command.

    Args:
        keys: How many keys are in use at a time, at most ten.
    """

    def __init__(self, model: Model[Any], keys: int) -> None:
        self.by_command: dict[str, Request] = {}
        self._kinds = model.kinds
        self._weights = [WEIGHTS[kind] for kind in model.kinds]
        self._used = [0] * keys
        self._written: dict[str, list[str]] = {}

    def draw(self, client: int, rng: Random) -> Request:
        """Draw a client's next request."""
        place = rng.randrange(len(self._used))
        key = f"{KEY_NAMES[place]}{self._used[place] // OPERATIONS_A_KEY}"
        self._used[place] += 1
        number = len(self.by_command) + 1
        request = Request(client, number, self._action(client, number, key, rng))
        self.by_command[request.command] = request
        return request

    def _action(self, client: int, number: int, key: str, rng: Random) -> Action:
        kind = rng.choices(self._kinds, self._weights)[0]
        if kind is Kind.GET:
            return Action(kind, key)
        value = f"{_letters(client)}{number}"
        earlier = self._written.setdefault(key, [""])
        expected = rng.choice(earlier[-3:]) if kind is Kind.COMPARE_AND_SET else ""
        earlier.append(value)
        return Action(kind, key, value, expected)


def _letters(client: int) -> str:
    """Name a client so that values written one behind the other can be told apart: a, b, ..., z, ba, ..."""
    text = ""
    while True:
        client, letter = divmod(client, 26)
        text = chr(ord("a") + letter) + text
        if client == 0:
            return text
