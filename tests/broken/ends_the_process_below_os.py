"""A handler ends the process by way of the module below ``os``, with the exit code of a success.

Written by somebody who hopes that a run that ends with 0 has passed.
"""
# expect: TestInitialElection2A seed 1 crashed: the process ended in mid-test: exit status 0

import posix

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        posix._exit(0)
