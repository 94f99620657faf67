"""Which term each server is in and what it does there, as far as its own messages show.

Nothing is asked of an implementation: who requests votes is a candidate, who sends entries or
accepts commands leads, and the term in a reply is the replier's own.
"""

from dataclasses import dataclass

from raftkit.report.columns.rpc import APPEND, SNAPSHOT, VOTE, number, plain_fields, plain_name
from raftkit.trace import Event, RpcReplied, RpcSent, ServerCrashed, Started, StateRead

FOLLOWER, CANDIDATE, LEADER = "follower", "candidate", "leader"
UNKNOWN = ""
"""A term in a reply does not say what the replier does in it."""


@dataclass(frozen=True, slots=True)
class State:
    """A server's term and role."""

    term: int = 0
    role: str = UNKNOWN


class Roles:
    """Follows the events of a run."""

    def __init__(self) -> None:
        self._states: dict[int, State] = {}
        self._stood: dict[int, int] = {}

    def term(self, server: int) -> int | None:
        """Return the term that a server has shown to be in."""
        state = self._states.get(server)
        return state.term if state else None

    def note(self, event: Event) -> tuple[int, State] | None:
        """Take in an event; return whose state it shows to have changed, and the new state."""
        kind = type(event)
        if kind is RpcSent:
            return self._sent(event)  # type: ignore[arg-type]
        if kind is RpcReplied:
            return self._replied(event)  # type: ignore[arg-type]
        if kind is StateRead:
            return self._read(event)  # type: ignore[arg-type]
        if kind is Started and event.accepted:  # type: ignore[attr-defined]
            return self._become(event.server, State(event.term, LEADER))  # type: ignore[attr-defined]
        if kind is ServerCrashed:
            self._forget_role(event.server)  # type: ignore[attr-defined]
        return None

    def _sent(self, event: RpcSent) -> tuple[int, State] | None:
        method = plain_name(event.method)
        if method not in (VOTE, APPEND, SNAPSHOT):
            return None
        term = number(plain_fields(event.args), "term")
        if term is None:
            return None
        if method != VOTE:
            return self._become(event.source, State(term, LEADER))
        if self._stood.get(event.source, -1) >= term:
            return None  # a request more in the same election, perhaps a late one
        self._stood[event.source] = term
        return self._become(event.source, State(term, CANDIDATE))

    def _replied(self, event: RpcReplied) -> tuple[int, State] | None:
        fields = plain_fields(event.reply)
        term = number(fields, "term")
        now = self._states.get(event.target, State())
        if term is None:
            return None
        gave_way = (
            now == State(term, CANDIDATE) and plain_name(event.method) == APPEND and fields.get("success")
        )
        if gave_way:
            return self._become(event.target, State(term, FOLLOWER))
        return self._become(event.target, State(term)) if term > now.term else None

    def _read(self, event: StateRead) -> tuple[int, State] | None:
        now = self._states.get(event.server, State())
        if event.leader:
            return self._become(event.server, State(event.term, LEADER))
        if event.term > now.term or now == State(event.term, LEADER):
            return self._become(event.server, State(event.term, FOLLOWER))
        return None

    def _become(self, server: int, state: State) -> tuple[int, State] | None:
        """Change, unless it is old news: messages may be sent later than they were written."""
        now = self._states.get(server, State())
        if (
            state == now
            or state.term < now.term
            or (state.role == CANDIDATE and now == State(state.term, LEADER))
        ):
            return None
        self._states[server] = state
        return server, state

    def _forget_role(self, server: int) -> None:
        self._states[server] = State(self._states.get(server, State()).term)
