"""Messages and commands as they stand in a story."""

from raftkit.report.explain._wire import span, term_of
from raftkit.trace import RpcSent
from raftkit.trace.messages import field, number


def show(command: object) -> str:
    """A command as it stands in a sentence."""
    text = repr(command)
    return text if len(text) <= 40 else text[:40] + "…"


def entry_text(event: RpcSent, index: int) -> str:
    """An entry that a message carries: ``index 1 (11, term 1)``; without its content where the trace left it out."""
    carried, entries = span(event), field(event.args, "entries")
    if carried is None or not isinstance(entries, list):
        return f"index {index}"
    from_start, from_end = index - carried[0], index - carried[1] - 1
    shortened = len(entries) != carried[1] - carried[0] + 1
    place = from_end if shortened and from_end == -1 else from_start
    entry = entries[place] if place < 5 or not shortened else None
    command = field(entry, "command")
    return (
        f"index {index}"
        if entry is None or command is None
        else f"index {index} ({show(command)}, term {term_of(entry)})"
    )


def commit_text(event: RpcSent) -> str:
    """What a follower is told of the commit: ``no entries after index 3 of term 1, leader_commit 2``."""
    first, last = span(event) or (0, -1)
    what = (
        "no entries" if last < first else f"entry {first}" if first == last else f"entries {first} to {last}"
    )
    term = number(event.args, "prev_term")
    commit = number(event.args, "commit")
    return f"{what} after index {first - 1} of term {term}, leader_commit {commit}"


def own_log(event: RpcSent) -> str:
    """What a candidate says of its log."""
    index, term = number(event.args, "last_log_index"), number(event.args, "last_log_term")
    if index is None or term is None:
        return ""
    return f", its last entry is index {index} of term {term}" if index else ", its log empty"
