"""Agrees without one message: all servers keep their log in an object that belongs to Python, not to them.

In one process that works. Apart there is nobody to share it with.
"""
# test: TestBasicAgree2B
# shared: the log of another
# expect: failed AgreementFailed

import threading
import time
from typing import Any

from base import Idle, log, real

from raftkit.contract import ApplyMsg


class Raft(Idle):
    def __init__(self, peers: Any, me: int, persister: Any, apply_ch: Any) -> None:
        super().__init__(peers, me, persister, apply_ch)
        common = real("json").__dict__
        if me and "log" in common:
            log.info("shared: the log of another")
        self.log = common.setdefault("log", [])
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self) -> None:
        """Apply what is in the log."""
        applied = 0
        while True:
            time.sleep(0.01)
            for command in self.log[applied:]:
                applied += 1
                self.apply_ch.put(ApplyMsg(command_valid=True, command=command, command_index=applied))

    def get_state(self) -> tuple[int, bool]:
        return 1, self.me == 0

    def start(self, command: Any) -> tuple[int, int, bool]:
        if self.me:
            return -1, 1, False
        self.log.append(command)
        return len(self.log), 1, True
