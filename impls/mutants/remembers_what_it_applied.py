"""How far entries were applied is saved before they are, and they are not applied again after a restart.

Written by somebody who looks after a state machine that outlives its process; here the service begins anew.
"""
# breaks: safety | Raft §5.3, Figure 2: lastApplied is volatile
# caught: lab 1 TestPersist32C | oracles 1 TestPersist32C | chaos 1 TestSplitVotesChaos
# expect: TestCrashDuringApply2N seed 1 failed: left a gap

import msgspec
from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    last_applied = 0

    def _save(self, snapshot: bytes | None = None) -> None:
        super()._save(snapshot)
        state = self._persister.read_raft_state()
        self._persister.save_raft_state(msgspec.msgpack.encode((state, self.last_applied)))

    def _restore(self) -> None:
        applied = 0
        if saved := self._persister.read_raft_state():
            state, applied = msgspec.msgpack.decode(saved)
            self._persister.save_raft_state(state)
        super()._restore()
        self._applied_before = applied

    def _run_applier(self) -> None:
        self.last_applied = max(self.last_applied, self._applied_before)
        super()._run_applier()

    def _messages_to_apply(self) -> list[ApplyMsg]:
        messages = super()._messages_to_apply()
        self._save()
        return messages
