"""How it came about: of all that could have influenced a failure, the messages and moments that decided.

Told are the fate of one index (who took a command there, who got it, acknowledged, applied it), the election of one
term (who stood with which log, who voted, who led), and the crashes of servers that had a part in either.
"""

from collections.abc import Sequence
from typing import Any

from raftkit.model import Moment, seconds
from raftkit.report.explain._subject import Subject
from raftkit.report.explain._texts import commit_text, entry_text, own_log, show
from raftkit.report.explain._wire import granted, is_append, is_vote, span, succeeded, term_of
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
    StateRead,
)
from raftkit.trace.messages import number

LONGEST = 200
"""Moments of a chain; of a longer one the beginning and the end are told."""


class Chain:
    """Follows the marked events of a trace."""

    def __init__(self, events: Sequence[Event], marks: bytearray, subject: Subject) -> None:
        self._index = subject.index
        self._term = subject.term
        self._ends = frozenset(subject.ends)
        self._moments: dict[int, Moment] = {}  # by line
        self._carrying: dict[int, tuple[int, RpcSent]] = {}
        self._asking: dict[int, RpcSent] = {}
        self._told: set[tuple[Any, ...]] = set()
        self._saved_at: dict[int, int] = {}  # the last save of each server, virtual time
        self._committing: dict[int, tuple[int, RpcSent]] = {}
        self._heard: dict[
            int, tuple[int, RpcSent]
        ] = {}  # the last message that told each server of the commit
        self._got_at: dict[int, int] = {}  # by call: how many saves its target had made when it arrived
        self._saves: dict[int, int] = {}
        self._owed: dict[int, int] = {}  # who acknowledged the index unsaved, and when
        self._crashed_at: dict[int, tuple[int, int]] = {}
        self._involved: set[int] = set()
        self._commit = 0
        for line, event in enumerate(events, 1):
            if marks[line - 1]:
                self._see(line, event)

    @property
    def moments(self) -> list[Moment]:
        """What decided, in the order in which it happened."""
        told = [self._moments[line] for line in sorted(self._moments)]
        if len(told) <= LONGEST:
            return told
        half = LONGEST // 2
        return [*told[:half], Moment(text=f"… {len(told) - 2 * half} more …"), *told[-half:]]

    def _say(self, line: int, event: Event, text: str, *once: Any) -> None:
        """Tell a moment; what is the same ``once`` more is not told again, but for the last."""
        if once and once in self._told and line - 1 not in self._ends:
            return
        self._told.add(once)
        self._moments[line] = Moment(text=text, at_ns=event.at_ns, line=line)

    def _see(self, line: int, event: Event) -> None:
        match event:
            case RpcSent() if is_append(event.method):
                self._entries_sent(line, event)
            case RpcSent() if is_vote(event.method) and term_of(event.args) == self._term:
                self._vote_asked(line, event)
            case RpcDelivered():
                self._got_at[event.call] = self._saves.get(event.target, 0)
                if event.call in self._committing:
                    self._heard[event.target] = self._committing[event.call]
            case RpcReplied() if event.call in self._carrying:
                self._entries_answered(line, event)
            case RpcReplied() if event.call in self._asking:
                self._vote_answered(line, event)
            case Persisted():
                self._saved_at[event.server] = event.at_ns
                self._saves[event.server] = self._saves.get(event.server, 0) + 1
            case Started() if event.accepted and event.index == self._index:
                text = f"S{event.server} accepted {show(event.command)} at index {event.index}, term {event.term}"
                self._involved.add(event.server)
                self._say(line, event, text)
            case Applied() if event.index == self._index:
                self._involved.add(event.server)
                if line - 1 in self._ends and event.server in self._heard:
                    self._tell_commit(*self._heard[event.server])
                self._say(
                    line, event, f"S{event.server} applied {show(event.command)} at index {event.index}"
                )
            case StateRead() if event.leader and event.term == self._term:
                self._leads(line, event, event.server, "said that it leads")
            case ServerCrashed() if event.server in self._involved:
                self._crashed(line, event)
            case ServerCreated():
                self._restarted(line, event)

    # -- an index ----------------------------------------------------------------

    def _entries_sent(self, line: int, event: RpcSent) -> None:
        term, carried = term_of(event.args), span(event)
        if term == self._term:
            self._leads(line, event, event.source, "led")
        if self._index is None:
            return
        if carried is not None and carried[0] <= self._index <= carried[1]:
            self._carrying[event.call] = line, event
            if line - 1 in self._ends:
                self._tell_sent(line, event)
        commit = number(event.args, "commit") or 0
        if commit >= self._index:
            self._committing[event.call] = line, event
        if commit >= self._index > self._commit:
            who = f"S{event.source}, leader of term {term},"
            self._say(line, event, f"{who} says that index {self._index} is committed")
        self._commit = max(self._commit, commit)

    def _tell_commit(self, line: int, event: RpcSent) -> None:
        """The message from which a server takes what it applies."""
        what = f"AppendEntries, term {term_of(event.args)}: {commit_text(event)}"
        self._say(line, event, f"S{event.source} → S{event.target}  {what}")

    def _tell_sent(self, line: int, event: RpcSent) -> None:
        what = entry_text(event, self._index or 0)
        self._say(
            line,
            event,
            f"S{event.source} → S{event.target}  AppendEntries, term {term_of(event.args)}: {what}",
        )

    def _entries_answered(self, line: int, event: RpcReplied) -> None:
        sent_line, sent = self._carrying[event.call]
        term = term_of(sent.args)
        if not succeeded(event) or ("acknowledged", event.target, term) in self._told:
            return
        is_saved = self._saves.get(event.target, 0) > self._got_at.get(event.call, -1)
        saved = "" if is_saved else ", and saved nothing before it answered"
        if not is_saved:
            self._owed[event.target] = event.at_ns
        self._involved.add(event.target)
        self._tell_sent(sent_line, sent)
        text = f"S{event.target} → S{event.source}  acknowledged index {self._index}, term {term}{saved}"
        self._say(line, event, text, "acknowledged", event.target, term)

    # -- a term ------------------------------------------------------------------

    def _vote_asked(self, line: int, event: RpcSent) -> None:
        self._asking[event.call] = event
        self._involved.add(event.source)
        text = f"S{event.source} stood for term {self._term}{own_log(event)}"
        self._say(line, event, text, "stood", event.source)

    def _vote_answered(self, line: int, event: RpcReplied) -> None:
        if granted(event):
            self._involved.add(event.target)
            text = f"S{event.target} → S{event.source}  granted its vote, term {self._term}"
            self._say(line, event, text, "voted", event.target, event.source)

    def _leads(self, line: int, event: Event, server: int, how: str) -> None:
        self._involved.add(server)
        self._say(line, event, f"S{server} {how} term {self._term}", "led", server)

    # -- a crash -----------------------------------------------------------------

    def _crashed(self, line: int, event: ServerCrashed) -> None:
        self._crashed_at[event.server] = line, event.at_ns
        self._say(line, event, f"S{event.server} crashed; {self._last_save(event.server)}")

    def _restarted(self, line: int, event: ServerCreated) -> None:
        """A crash and the restart after it are one moment."""
        crash = self._crashed_at.pop(event.server, None)
        if crash is None:
            return
        self._moments.pop(crash[0], None)
        text = f"S{event.server} restarted after its crash at t={seconds(crash[1])}; "
        self._say(line, event, text + self._last_save(event.server, f", {event.state_bytes} bytes"))

    def _last_save(self, server: int, size: str = "") -> str:
        saved_ns = self._saved_at.get(server)
        if saved_ns is None:
            return "it had never saved anything"
        owed_ns = self._owed.get(server)
        lost = (
            f", before it had index {self._index}: the entry is lost"
            if owed_ns is not None and owed_ns > saved_ns
            else ""
        )
        return f"it had saved last at t={seconds(saved_ns)}{size}{lost}"
