"""A message's entries are the log's own list, and no copy: what is appended until the answer comes counts
as acknowledged.

Written by somebody to whom a slice of the whole list was a waste.
"""
# breaks: safety | Raft §5.3, Figure 2: matchIndex is what the message brought
# caught: lab 1 TestConcurrentStarts2B | oracles 1 TestConcurrentStarts2B | chaos 1 TestCrashAroundSavesChaos

from collections.abc import Callable
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def _call(self, peer: int, method: str, args: Any, on_reply: Callable[[int, Any, Any], None]) -> None:
        if method == "append_entries" and args.prev_log_index == self.log.base_index:
            args.entries = self.log.entries
        super()._call(peer, method, args, on_reply)
