"""If two logs have an entry with the same index and term, it is the same entry, and so is all before it (Raft §5.3).

Seen from AppendEntries on the wire: an index and a term determine the command, and the term of the
entry in front of it.
"""

from typing import Any

from raftkit.oracles._base import at, breach
from raftkit.oracles._sight import View
from raftkit.trace import Event, RpcSent
from raftkit.trace.messages import Append, Kind, append_of, kind_of


class LogMatching:
    """Remembers every entry that was ever sent."""

    needs = (View.APPEND,)
    reads = (RpcSent,)

    def __init__(self) -> None:
        self._commands: dict[tuple[int, int], tuple[Any, int, int]] = {}
        self._before: dict[tuple[int, int], int] = {}

    def __call__(self, event: Event) -> None:
        """Look at one event."""
        if type(event) is RpcSent and kind_of(event.method) is Kind.APPEND_ENTRIES:
            append = append_of(event.args)
            if append is not None and append.terms:
                self._check(append, event)

    def _check(self, append: Append, event: RpcSent) -> None:
        term_before = append.prev_term
        index = append.prev_index
        commands, before = self._commands, self._before
        for term, command in zip(append.terms, append.commands, strict=True):
            index += 1
            key = (index, term)
            known = commands.get(key)
            if known is None:
                commands[key] = (command, event.source, event.at_ns)
                before[key] = term_before
            elif known[0] != command or type(known[0]) is not type(command):
                raise _differ(key, known, command, event)
            elif before[key] != term_before:
                raise _history_differs(key, before[key], term_before, known, event)
            term_before = term


def _differ(key: tuple[int, int], known: tuple[Any, int, int], command: Any, event: RpcSent) -> Exception:
    index, term = key
    return breach(
        "LogMatchingViolated",
        f"two entries of term {term} stand at index {index}",
        expected="an index and a term determine an entry: a leader creates at most one there (Raft §5.3)",
        observed=f"server {known[1]} sent {known[0]!r:.60} at {at(known[2])}, "
        f"server {event.source} sends {command!r:.60} at {at(event)}",
        advice="is an entry's term the one in which its leader accepted it, and is the role tested under that lock?",
    )


def _history_differs(
    key: tuple[int, int], first: int, second: int, known: tuple[Any, int, int], event: RpcSent
) -> Exception:
    index, term = key
    return breach(
        "LogMatchingViolated",
        f"two logs agree at index {index} (term {term}) and differ before it",
        expected="logs that agree at an index and term agree in everything before (Raft §5.3)",
        observed=f"the entry in front had term {first} when server {known[1]} sent it at {at(known[2])}, "
        f"and has term {second} as server {event.source} sends it at {at(event)}",
        advice="does a follower test prev_log_term, and does it drop everything behind a conflict?",
    )
