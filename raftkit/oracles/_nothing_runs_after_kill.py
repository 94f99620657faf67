"""Nothing of a server runs on after ``kill()`` (the lab's page: ``rf.killed()`` in every loop that runs for long).

Told as a warning: the lab fails nobody for it. Threads that run on burn processor time, and print their lines into the
tests that follow. It is looked at when a test has passed: all servers are told their end, and some time goes by.
"""

import re

from raftkit.oracles._base import place_of
from raftkit.oracles._sight import View
from raftkit.trace import Event, RanOn

_NUMBER = re.compile(r"\d+")
MOST_PLACES = 3


class NothingRunsAfterKill:
    """Collects threads that run on, by their place in the code."""

    needs: tuple[View, ...] = ()
    reads = (RanOn,)

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], list[int]] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is RanOn:
            place = (_NUMBER.sub("N", event.thread), place_of(event.stack))
            servers = self._places.setdefault(place, [])
            if event.server not in servers:
                servers.append(event.server)

    @property
    def warnings(self) -> list[str]:
        """A sentence for each place, with the servers whose threads are there."""
        told = [_sentence(name, place, servers) for (name, place), servers in self._places.items()]
        more = len(told) - MOST_PLACES
        return told if more <= 0 else [*told[:MOST_PLACES], f"and so do threads in {more} other place(s)"]


def _sentence(name: str, place: str, servers: list[int]) -> str:
    whose = ("server " if len(servers) == 1 else "servers ") + ", ".join(map(str, sorted(servers)))
    where = f", in {place}" if place else ""
    return (
        f"thread {name!r} of {whose} runs on after kill(){where}: a loop that runs for long asks in each round "
        "whether its server was killed"
    )
