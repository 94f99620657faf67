"""Prints for ever, each line a page, so that the trace fills a disk."""
# expect: failed NoLeader

import threading
import time

from base import Idle


class Raft(Idle):
    def attack(self) -> None:
        threading.Thread(target=self.speak, daemon=True).start()

    def speak(self) -> None:
        while True:
            print("PASS " * 1_000)
            time.sleep(0.0002)
