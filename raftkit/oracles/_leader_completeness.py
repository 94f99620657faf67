"""What was committed is in the log of every later leader, as far as the wire shows it (Raft §5.4, Leader Completeness).

An entry that a service has applied was committed by a leader of some term up to the highest that led
until then. A leader of a later term that sends another command at that index lacks it.
"""

from typing import Any

from raftkit.oracles._base import at, breach
from raftkit.oracles._sight import View
from raftkit.trace import Applied, Event, RpcSent
from raftkit.trace.messages import Kind, append_of, kind_of


class LeaderCompleteness:
    """Remembers what was applied, and the highest term that led until then."""

    needs = (View.APPEND,)
    reads = (Applied, RpcSent)

    def __init__(self) -> None:
        self._highest_leader_term = 0
        self._applied: dict[int, tuple[Any, int, int, int]] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is Applied:
            self._applied.setdefault(
                event.index, (event.command, self._highest_leader_term, event.server, event.at_ns)
            )
        elif type(event) is RpcSent and kind_of(event.method) is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is None:
                return
            self._highest_leader_term = max(self._highest_leader_term, append.term)
            index = append.prev_index
            for command in append.commands:
                index += 1
                known = self._applied.get(index)
                if known is not None and append.term > known[1] and known[0] != command:
                    raise self._lost(index, known, command, append.term, event)

    def _lost(
        self, index: int, known: tuple[Any, int, int, int], command: Any, term: int, event: RpcSent
    ) -> Exception:
        return breach(
            "LeaderCompletenessViolated",
            f"the leader of term {term} lacks the committed entry at index {index}",
            expected=f"{known[0]!r:.60} at index {index}: server {known[2]} applied it at {at(known[3])}, "
            f"when no term above {known[1]} had led (Raft §5.4)",
            observed=f"server {event.source} sends {command!r:.60} at that index, {at(event)}",
            advice="who voted for this leader, and was its log at least as up-to-date as theirs (Raft §5.4.1)? "
            "had the entry been saved by all who acknowledged it?",
        )
