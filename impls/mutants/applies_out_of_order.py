"""Each committed entry goes to the service in a thread of its own, and they overtake each other.

Written by somebody who has learned not to hold the lock while ``put`` blocks, and not what else follows
from it.
"""
# breaks: safety | Raft §5.3: entries are applied in log order
# caught: lab 1 TestCount2B | oracles 1 TestCount2B | chaos 1 TestSplitVotesChaos
# expect: TestCount2B failed: left a gap

import threading

from reference import Raft as Reference


class Raft(Reference):
    def _run_applier(self) -> None:
        while True:
            with self._lock:
                while not (self._is_dead or self._snapshot_to_apply or self.last_applied < self.commit_index):
                    self._applier_wakes.wait()
                if self._is_dead:
                    return
                for message in self._messages_to_apply():
                    threading.Thread(target=self._apply_ch.put, args=(message,)).start()
