"""Each message carries a copy of everything that was ever seen.

Written by somebody who wants to be able to look at it, later.
"""
# expect: TestInitialElection2A crashed: and the longest has 16 MiB

from typing import Any

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: Any) -> AppendEntriesReply:
        return super().append_entries(AppendEntriesArgs(**args["message"]))

    def _call(self, peer: int, method: str, args: Any, on_reply: Any) -> None:
        if method == "append_entries":
            args.entries = [bytes(100_000_000)]
        super()._call(peer, method, args, on_reply)
