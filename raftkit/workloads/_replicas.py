"""The service: a state machine above each server, which does what the commands in the server's log ask for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from raftkit.linearizability import Action, Model, Result


@dataclass(frozen=True, slots=True)
class Request:
    """What a client wants done, once; all its attempts bear the same number."""

    client: int
    number: int
    action: Action

    @property
    def command(self) -> str:
        """What goes into the log: a text, that any implementation can carry and people can read."""
        return f"client {self.client} #{self.number}: {self.action}"


class Replica:
    """The service above one server.

    Args:
        model: What a key does.
        requests: Every request by its command. Other commands are passed over: steps of a suite write to the log, too.
        sessions: Whether a request that comes a second time is recognised, and not carried out again.
    """

    def __init__(self, model: Model[Any], requests: Mapping[str, Request], *, sessions: bool) -> None:
        self._model = model
        self._requests = requests
        self._sessions = sessions
        self._states: dict[str, Any] = {}
        self._answers: dict[int, tuple[int, Result]] = {}

    def apply(self, command: Any) -> None:
        """Take the next command of the log."""
        request = self._requests.get(command) if isinstance(command, str) else None
        if request is None or (self._sessions and self._is_old(request)):
            return
        key = request.action.key
        state, result = self._model.step(self._states.get(key, self._model.initial), request.action)
        self._states[key] = state
        self._answers[request.client] = (request.number, result)

    def answer(self, request: Request) -> tuple[Result] | None:
        """Give the result of a request, in a tuple of its own, once it has been carried out here."""
        number, result = self._answers.get(request.client, (0, None))
        return (result,) if number == request.number else None

    def look(self, action: Action) -> Result:
        """Carry out an action on the state of now, and forget it: what a get sees that goes past the log."""
        state = self._states.get(action.key, self._model.initial)
        return self._model.step(state, action)[1]

    def _is_old(self, request: Request) -> bool:
        return request.number <= self._answers.get(request.client, (0, None))[0]


class Replicas:
    """One above each server. Who is started again, or takes a snapshot, gets a new one from its log."""

    def __init__(self, model: Model[Any], requests: Mapping[str, Request], *, sessions: bool) -> None:
        self._new = partial(Replica, model, requests, sessions=sessions)
        self._at: dict[int, Replica] = {}

    def at(self, server: int) -> Replica:
        """Give the replica above a server."""
        return self._at[server]

    def begin(self, server: int, commands: Sequence[Any]) -> None:
        """Take a log from its beginning."""
        self._at[server] = replica = self._new()
        for command in commands:
            replica.apply(command)

    def apply(self, server: int, command: Any) -> None:
        """Take the next command of a server's log."""
        self._at[server].apply(command)
