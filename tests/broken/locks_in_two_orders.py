"""The applier holds its own lock and takes the state's; who commits holds the state's and takes the applier's.

Written by somebody who gave the applier a lock of its own, so that snapshots and entries keep their order.
"""
# expect: TestBasicAgree2B deadlocked: 'applier'

import threading
import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        self._applying = threading.Lock()
        super().__init__(*args)

    def _commit(self, index: int) -> None:
        with self._applying:  # the caller holds the other lock
            super()._commit(index)

    def _run_applier(self) -> None:
        while not self._is_dead:
            with self._applying:
                time.sleep(0.01)  # so that there is more to do at once
                with self._lock:
                    messages = self._messages_to_apply()
                for message in messages:
                    self._apply_ch.put(message)
