"""Each message carries the whole log, from its first entry on.

Written by somebody who wants to be sure, and whose log is short.
"""
# breaks: performance | Raft §5.3: entries from nextIndex on; the lab counts bytes
# caught: lab 1 TestRPCBytes2B | oracles 1 TestRPCBytes2B | chaos 1 TestCrashAroundSavesChaos

from reference import Raft as Reference


class Raft(Reference):
    def _send_entries(self, peer: int) -> None:
        self.next_index[peer] = self.log.base_index + 1
        super()._send_entries(peer)
