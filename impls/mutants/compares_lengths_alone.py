"""A candidate's log is as good as ours if it is as long.

Written by somebody to whom longer meant newer.
"""
# breaks: safety | Raft §5.4.1: the more up-to-date log
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos -
# expect: TestRejoin2B failed: lacks the committed entry at index 2

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            if args.last_log_index >= self.log.last_index:
                args.last_log_term = max(args.last_log_term, self.log.term_at(self.log.last_index))
            else:
                args.last_log_term = -1
        return super().request_vote(args)
