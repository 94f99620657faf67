"""What has been sent once is never sent again: ``next_index`` moves on, and no refusal moves it back.

Written by somebody who confuses ``next_index``, a guess, with ``match_index``, which is knowledge.
"""
# breaks: liveness | Raft §5.3: a refusal moves nextIndex back
# caught: lab 1 TestFailAgree2B | oracles 1 TestFailAgree2B | chaos 1 TestCrashAroundSavesChaos
# expect: TestLoss2N seed 1 failed: failed to reach agreement
# expect: TestLostAnswer2N seed 1 failed: failed to reach agreement
# expect: TestCrashBeforeReply2N seed 1 failed: failed to reach agreement

from reference import Raft as Reference


class Raft(Reference):
    def _send_from(self, peer: int, index: int) -> None:
        super()._send_from(peer, max(index, self.next_index[peer]))
