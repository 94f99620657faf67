"""Two locks are taken in one order here and in the other there.

Written by somebody who gave the commit index a lock of its own, to make the applier faster.
"""
# expect: TestBasicAgree2B deadlocked: 'applier'

import threading
import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        self._commit_lock = threading.Lock()
        super().__init__(*args)

    def _commit(self, index: int) -> None:  # the caller holds the other lock
        with self._commit_lock:
            super()._commit(index)

    def _run_applier(self) -> None:
        while not self._is_dead:
            time.sleep(0.0001)
            with self._commit_lock, self._lock:
                messages = self._messages_to_apply()
            for message in messages:
                self._apply_ch.put(message)
