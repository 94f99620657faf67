"""Questions to messages, as the stories ask them."""

from raftkit.trace import RpcReplied
from raftkit.trace.messages import Kind, flag, kind_of, number, span

__all__ = ["granted", "is_append", "is_vote", "span", "succeeded", "term_of"]


def is_vote(method: str) -> bool:
    """Whether an RPC is RequestVote."""
    return kind_of(method) is Kind.REQUEST_VOTE


def is_append(method: str) -> bool:
    """Whether an RPC is AppendEntries."""
    return kind_of(method) is Kind.APPEND_ENTRIES


def term_of(message: object) -> int | None:
    """The term that a message carries."""
    return number(message, "term")


def granted(event: RpcReplied) -> bool:
    """Whether a reply grants a vote."""
    return flag(event.reply, "granted") is True


def succeeded(event: RpcReplied) -> bool:
    """Whether a reply accepts entries."""
    return flag(event.reply, "success") is True
