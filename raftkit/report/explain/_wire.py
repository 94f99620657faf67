"""Questions to messages, as the stories ask them."""

from typing import Any

from raftkit.trace import RpcReplied
from raftkit.trace.messages import Kind, flag, kind_of, number, plain, span

__all__ = ["get", "granted", "is_append", "is_vote", "span", "succeeded", "term_of"]


def get(message: Any, *names: str) -> Any:
    """A field by any of its plain names (lower case, no underscores)."""
    if type(message) is dict:
        for key, value in message.items():
            if plain(key) in names:
                return value
    return None


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
