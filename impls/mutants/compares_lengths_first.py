"""The longer log is the better one; the last term decides between logs of the same length.

Written by somebody who has both halves of the rule, in the wrong order.
"""
# breaks: safety | Raft §5.4.1: the more up-to-date log
# caught: lab 1 TestRejoin2B | oracles 1 TestRejoin2B | chaos -

from reference import Raft as Reference
from reference import RequestVoteArgs, RequestVoteReply


class Raft(Reference):
    def request_vote(self, args: RequestVoteArgs) -> RequestVoteReply:
        with self._lock:
            term = self.log.term_at(self.log.last_index)
            if args.last_log_index > self.log.last_index:
                args.last_log_term = max(args.last_log_term, term)
            elif args.last_log_index < self.log.last_index:
                args.last_log_term = -1
        return super().request_vote(args)
