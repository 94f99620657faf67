"""The arguments of an RPC hold themselves. That is odd, and no fault.

Written by somebody whose messages know the batch that they belong to.
"""
# expect: TestBasicAgree2B passed

from typing import Any

from reference import AppendEntriesReply, Entry
from reference import Raft as Reference


class Batch(list[Entry]):
    """Entries, and a way back to all of them."""

    whole: Any = None


class Raft(Reference):
    def append_entries(self, args: Any) -> AppendEntriesReply:
        assert args.entries.whole is args.entries
        return super().append_entries(args)

    def _call(self, peer: int, method: str, args: Any, on_reply: Any) -> None:
        if method == "append_entries":
            args.entries = Batch(args.entries)
            args.entries.whole = args.entries
        super()._call(peer, method, args, on_reply)
