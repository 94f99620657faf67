"""After a leader's snapshot applying goes on where it was before, and not behind the snapshot.

Written by somebody who hands the snapshot to the service, and forgets that the applier is older than it.
"""
# breaks: safety | Raft §7: entries that follow the snapshot follow it

from reference import ApplyMsg
from reference import Raft as Reference


class Raft(Reference):
    def _messages_to_apply(self) -> list[ApplyMsg]:
        if message := self._snapshot_to_apply:
            self._snapshot_to_apply = None
            return [message]
        return super()._messages_to_apply()
