"""``time.sleep``, ``threading.Thread`` and ``random.random`` are replaced by its own. That is odd, and no fault.

Written by somebody who counts threads, and cannot leave things as they are.
"""
# expect: TestBasicAgree2B passed

import random
import threading
import time

from reference import Raft as Reference

sleep, Thread = time.sleep, threading.Thread


class CountingThread(Thread):
    count = 0

    def start(self) -> None:
        CountingThread.count += 1
        super().start()


time.sleep = lambda seconds: sleep(seconds / 2)
threading.Thread = CountingThread
random.random = lambda: 4.0  # chosen by a fair die


class Raft(Reference):
    def get_state(self) -> tuple[int, bool]:
        assert random.random() == 4.0
        assert CountingThread.count > 0
        return super().get_state()
