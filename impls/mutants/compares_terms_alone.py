"""A candidate's log is as good as ours if its last entry is of our last term, or of a later one.

Written by somebody who has read the first half of the rule, and takes lengths for a detail.
"""
# breaks: safety | Raft §5.4.1: the more up-to-date log
# caught: lab 1 TestFailAgree2B | oracles 1 TestFailAgree2B | chaos 1 TestCrashAroundSavesChaos

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            if args.last_log_term == self.log.term_at(self.log.last_index):
                args.last_log_index = max(args.last_log_index, self.log.last_index)
        return super().request_vote(args)
