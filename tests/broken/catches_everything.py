"""Threads go on whatever happens, by ``except BaseException`` in a loop. A crash ends them all the same.

Written by somebody who was told that a server must never die.
"""
# expect: TestPersist12C seed 1 passed

import threading
import time
from typing import Any

from reference import Raft as Reference


class Raft(Reference):
    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        for body in (self._sleep, self._spin):
            threading.Thread(target=body, daemon=True).start()

    def _sleep(self) -> None:
        while True:
            try:
                time.sleep(0.05)
            except BaseException:
                continue

    def _spin(self) -> None:
        while True:
            try:
                time.sleep(0.05)
                while self._is_dead:
                    pass
            except BaseException:
                continue
