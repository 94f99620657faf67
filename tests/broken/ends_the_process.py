"""A handler ends the process, with the exit code of a success.

Written by somebody who wants to stop at the first surprise and look at the log; or by somebody who hopes
that a run that ends with 0 has passed.
"""
# expect: TestInitialElection2A crashed: os._exit

import os

from reference import AppendEntriesArgs, AppendEntriesReply
from reference import Raft as Reference


class Raft(Reference):
    def append_entries(self, args: AppendEntriesArgs) -> AppendEntriesReply:
        os._exit(0)
