"""Somebody's doing, in the forms that a sentence needs; and what must be known to name it."""

from collections import deque
from dataclasses import dataclass

from raftkit.report.columns.roles import Roles, State
from raftkit.trace import Event, RpcAnswered, RpcFailed, RpcSent, ServerCrashed

NETWORK, TEST = "the network", "the test"


CALLS_KEPT = 50
"""Calls that have ended and are still known: events just before are told, too."""


@dataclass(frozen=True, slots=True)
class Deed:
    """Who did what.

    Attributes:
        who: ``S2``, the network or the test.
        verb: As in *to grant*.
        does: As in *it grants*.
        what: The rest: ``its vote for term 4 to S1``.
    """

    who: str
    verb: str
    does: str
    what: str = ""

    def __str__(self) -> str:
        return f"{self.who} {self.doing}"

    @property
    def doing(self) -> str:
        """As in *it grants its vote*."""
        return f"{self.does} {self.what}".rstrip()

    @property
    def used_to(self) -> str:
        """As in *it used to grant its vote*."""
        return f"{self.verb} {self.what}".rstrip()


class Knowledge:
    """What the events so far tell about roles and calls under way."""

    def __init__(self) -> None:
        self.states: dict[int, State] = {}
        self.calls: dict[int, RpcSent] = {}
        self._roles = Roles()
        self._done: deque[int] = deque()

    def note(self, event: Event) -> None:
        """Take in an event."""
        if change := self._roles.note(event):
            server, self.states[server] = change
        if type(event) is ServerCrashed:
            self.states.pop(event.server, None)
        elif type(event) is RpcSent:
            self.calls[event.call] = event
        elif isinstance(event, RpcAnswered | RpcFailed):
            self._done.append(event.call)
            if len(self._done) > CALLS_KEPT:
                self.calls.pop(self._done.popleft(), None)


def server(number: int) -> str:
    """A server's name."""
    return f"S{number}"
