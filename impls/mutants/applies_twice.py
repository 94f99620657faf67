"""The last entry that was applied is applied again with the next ones.

Written by somebody who slices from ``last_applied``, and has a log that begins at 0 in one place and
at 1 in another.
"""
# breaks: safety | Raft §5.3, Figure 2: apply each entry once
# caught: lab 1 TestBasicAgree2B | oracles 1 TestBasicAgree2B | chaos 1 TestManyCandidatesChaos
# expect: TestBasicAgree2B failed: applied twice

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def _messages_to_apply(self) -> list[ApplyMsg]:
        first, self.last_applied = max(self.last_applied, 1), self.commit_index
        entries = self.log.between(first, self.last_applied)
        return [ApplyMsg(True, entry.command, index) for index, entry in enumerate(entries, first)]
