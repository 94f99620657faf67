"""Who let go of an entry that had been committed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from raftkit.model import seconds
from raftkit.report.explain._wire import granted, is_append, is_vote, span, succeeded, term_of
from raftkit.trace import Applied, Event, RpcReplied, RpcSent, ServerCreated, Started
from raftkit.trace.messages import field, number


@dataclass(slots=True)
class _Held:
    """A server that had an entry."""

    at_ns: int
    term: int
    how: str
    restarted_ns: int | None = None


class Loss:
    """Follows who has the first entry that was applied at an index, and finds who let go of it.

    Attributes:
        who: The last one found; empty for nobody.
    """

    def __init__(self, events: Sequence[Event], index: int) -> None:
        self.who = ""
        self._index = index
        self._kept = next((e.command for e in events if type(e) is Applied and e.index == index), None)
        self._holders: dict[int, _Held] = {}
        self._requests: dict[int, RpcSent] = {}
        for event in events:
            self._see(event)

    def _see(self, event: Event) -> None:
        match event:
            case Started() if event.accepted and event.index == self._index:
                if event.command == self._kept:
                    self._hold(event.server, event.at_ns, event.term, "accepted")
                else:
                    self._contradict(event.server, event.at_ns)
            case RpcSent() if is_append(event.method) or is_vote(event.method):
                self._requests[event.call] = event
            case RpcReplied() if event.call in self._requests:
                request = self._requests.pop(event.call)
                if is_vote(event.method) and granted(event):
                    self._voted(event, request)
                elif is_append(event.method) and succeeded(event):
                    self._acknowledged(event, request)
            case ServerCreated() if event.server in self._holders:
                self._holders[event.server].restarted_ns = event.at_ns

    def _hold(self, server: int, at_ns: int, term: int, how: str) -> None:
        self._holders[server] = _Held(at_ns, term, how)

    def _acknowledged(self, event: RpcReplied, request: RpcSent) -> None:
        carried, entries = span(request), field(request.args, "entries")
        if carried is None or not entries or not carried[0] <= self._index <= carried[1]:
            return
        if len(entries) != carried[1] - carried[0] + 1:
            return  # shortened in the trace: what it brought cannot be told
        entry = entries[self._index - carried[0]]
        term = term_of(entry)
        if term is not None and field(entry, "command") == self._kept:
            self._hold(event.target, event.at_ns, term, "acknowledged")

    def _contradict(self, server: int, at_ns: int) -> None:
        """A leader takes another command at the index."""
        held = self._holders.get(server)
        if held is not None and held.restarted_ns is not None:
            self.who = self._forgot(server, held)
        elif held is not None:
            self.who = f"S{server} at t={seconds(at_ns)}: it had {self._had(held)}, and overwrote it"

    def _voted(self, event: RpcReplied, request: RpcSent) -> None:
        """A voter who has the entry elects a candidate who lacks it."""
        held = self._holders.get(event.target)
        last = _last_entry(request.args)
        term = term_of(request.args)
        if (
            held is None
            or last is None
            or term is None
            or term <= held.term
            or last >= (held.term, self._index)
        ):
            return
        if held.restarted_ns is not None:
            self.who = self._forgot(event.target, held)
            return
        self.who = (
            f"S{event.target} at t={seconds(event.at_ns)}: it voted for S{event.source} in term {term}, "
            f"whose last entry was index {last[1]} of term {last[0]}; "
            f"it had itself index {self._index} of term {held.term}, which is more up-to-date (Raft §5.4.1)"
        )

    def _had(self, held: _Held) -> str:
        return f"{held.how} index {self._index} at t={seconds(held.at_ns)}"

    def _forgot(self, server: int, held: _Held) -> str:
        restart = f"S{server} at its restart, t={seconds(held.restarted_ns or 0)}"
        return f"{restart}: it had {self._had(held)}, and did not have it any more"


def _last_entry(args: Any) -> tuple[int, int] | None:
    """Term and index of a candidate's last entry."""
    index, term = number(args, "last_log_index"), number(args, "last_log_term")
    return (term, index) if index is not None and term is not None else None
