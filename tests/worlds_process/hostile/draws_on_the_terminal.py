"""Writes over the verdict with what terminals obey: in what it prints, raises and calls its threads."""
# expect: crashed RuntimeError

import threading

from base import Idle

ERASE = "\x1b[2K\x1b[1A\x1b]0;PASS\x07\x9b2J‮PASS  28 passed"


class Raft(Idle):
    def attack(self) -> None:
        print(ERASE)
        threading.Thread(target=self.fail, name=ERASE).start()

    def fail(self) -> None:
        raise RuntimeError(ERASE)
