"""What the paper calls things, and how an implementation says that it calls them otherwise.

Whoever reads messages (oracles, explanations, columns) goes by the names of Figure 2 and Figure 13. An
implementation with other names has a class attribute::

    rpc_names = {"ask": "request_vote", "before": "prev_log_index"}

Its own name stands first. Traces then show the paper's.
"""

import difflib
from typing import Any

from raftkit.errors import ContractError

PAPER_METHODS = ("request_vote", "append_entries", "install_snapshot")
PAPER_FIELDS = (
    "term",
    "candidate_id",
    "last_log_index",
    "last_log_term",
    "vote_granted",
    "prev_log_index",
    "prev_log_term",
    "entries",
    "leader_commit",
    "success",
    "last_included_index",
    "last_included_term",
    "command",
)
"""Fields of messages, and of the entries in them."""
_KNOWN = (*PAPER_METHODS, *PAPER_FIELDS)
_MOST = 100
"""Names; the paper has sixteen."""


def rpc_names(cls: type) -> dict[str, str]:
    """The paper's names by a class's own; empty when it says nothing."""
    return dict(getattr(cls, "rpc_names", None) or {})


def check_names(cls: type, *, file: str) -> None:
    """Check that every name on the right is one of the paper's.

    Raises:
        ContractError: One is not, or ``rpc_names`` is no such dict.
    """
    names: Any = getattr(cls, "rpc_names", None)
    if names is None:
        return
    wanted = 'rpc_names = {"its own name": "the paper\'s name", ...}, the paper\'s being ' + ", ".join(_KNOWN)
    if type(names) is not dict or len(names) > _MOST:
        raise ContractError(
            f"{cls.__name__}.rpc_names is no dict of names",
            where=file,
            found=f"rpc_names = {type(names).__name__}",
            wanted=wanted,
        )
    for own, papers in names.items():
        if type(own) is not str or papers not in _KNOWN:
            close = difflib.get_close_matches(str(papers), _KNOWN, n=1)
            raise ContractError(
                f"{cls.__name__}.rpc_names: {papers!r} is no name of the paper's",
                where=file,
                found=f"{own!r}: {papers!r}",
                wanted=wanted,
                advice=f"is {close[0]} meant?" if close else "",
            )
