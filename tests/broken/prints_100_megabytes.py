"""Every message is printed, with the log that was before it: 100 MB in a single test.

Written by somebody who is looking for something. It is no fault; the trace just has an end.
"""
# expect: TestBasicAgree2B seed 1 passed: log more than 20 MB: the rest is left out

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference

LINE = "x" * 999


class Raft(Reference):
    printed = 0

    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        while self.printed < 50_000:  # on each of two followers
            self.printed += 1
            print(LINE)
        return super().append_entries(args)
