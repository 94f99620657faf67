"""The story of one index: who accepted a command there, who got it, acknowledged, applied it, and who forgot."""

from collections.abc import Sequence

from raftkit.model import seconds
from raftkit.report.explain._wire import get, is_append, span, succeeded, term_of
from raftkit.trace import (
    Applied,
    Event,
    Persisted,
    RpcDelivered,
    RpcReplied,
    RpcSent,
    ServerCrashed,
    ServerCreated,
    Started,
)

LONGEST = 24
"""Lines of a story; of a longer one the beginning and the end are told."""


class Entry:
    """Follows an index through a trace."""

    def __init__(self, events: Sequence[Event], index: int) -> None:
        self.index = index
        self.lines: list[str] = []
        self._carrying: dict[int, RpcSent] = {}
        self._saved_since: dict[int, bool] = {}
        self._got: dict[tuple[int, int], int] = {}
        self._commit = 0
        for event in events:
            self._see(event)

    def _say(self, event: Event, text: str) -> None:
        line = f"t={seconds(event.at_ns)}  {text}"
        if not self.lines or self.lines[-1] != line:
            self.lines.append(line)

    def _see(self, event: Event) -> None:
        match event:
            case Started() if event.accepted and event.index == self.index:
                self._say(
                    event,
                    f"S{event.server} accepted {_show(event.command)} at index {self.index}, term {event.term}",
                )
            case RpcSent() if is_append(event.method):
                self._sent(event)
            case RpcDelivered() if event.call in self._carrying:
                self._delivered(event)
            case RpcReplied() if event.call in self._carrying:
                self._replied(event)
            case Persisted():
                self._saved_since[event.server] = True
            case Applied() if event.index == self.index:
                self._say(event, f"S{event.server} applied {_show(event.command)} at index {self.index}")
            case ServerCrashed():
                self._say(event, f"S{event.server} crashed")
            case ServerCreated() if event.incarnation > 1:
                self._say(event, f"S{event.server} restarted with {event.state_bytes} bytes of saved state")

    def _sent(self, event: RpcSent) -> None:
        carried = span(event)
        if carried is not None and carried[0] <= self.index <= carried[1]:
            self._carrying[event.call] = event
        commit = get(event.args, "leadercommit", "leadercommitindex", "commitindex")
        if type(commit) is int and self._commit < self.index <= commit:
            self._say(
                event,
                f"S{event.source}, leader of term {term_of(event.args)}, says that index {self.index} is committed",
            )
        if type(commit) is int:
            self._commit = max(self._commit, commit)

    def _delivered(self, event: RpcDelivered) -> None:
        self._saved_since[event.target] = False

    def _replied(self, event: RpcReplied) -> None:
        term = term_of(self._carrying[event.call].args) or 0
        if not succeeded(event):
            return
        first = (event.target, term) not in self._got
        self._got[event.target, term] = event.at_ns
        if first:
            saved = "" if self._saved_since.get(event.target) else ", and saved nothing before it answered"
            self._say(
                event,
                f"S{event.target} acknowledged index {self.index} to S{event.source} (term {term}){saved}",
            )

    def story(self) -> list[str]:
        """What happened to the index, line by line."""
        if len(self.lines) <= LONGEST:
            return self.lines
        half = LONGEST // 2
        left_out = len(self.lines) - 2 * half
        return [*self.lines[:half], f"… {left_out} more …", *self.lines[-half:]]


def _show(command: object) -> str:
    text = repr(command)
    return text if len(text) <= 40 else text[:40] + "…"
