"""Saves noise, and finds its real state again after a crash: in a module of the library, and in the environment.

What it keeps survives a restart in the same process. Apart, a restart is another process.
"""
# test: TestPersist12C
# shared: what a crash had ended
# expect: failed VotedTwice

import os
from typing import Any

from base import log, real
from reference import Raft as Reference


class Memory:
    """A persister that promises and does not keep."""

    def __init__(self, me: int, persister: Any) -> None:
        self.me, self.persister = me, persister
        self.kept = real("decimal").__dict__.setdefault("kept", {})
        if me in self.kept and f"RAFT{me}" in os.environ:
            log.info("shared: what a crash had ended")

    def save_raft_state(self, state: bytes) -> None:
        self.kept[self.me] = state
        os.environ[f"RAFT{self.me}"] = state.hex()
        self.persister.save_raft_state(b"noise" * len(state))

    def read_raft_state(self) -> bytes:
        return self.kept.get(self.me, b"")

    def read_snapshot(self) -> bytes:
        return b""


class Raft(Reference):
    def __init__(self, peers: Any, me: int, persister: Any, apply_ch: Any) -> None:
        super().__init__(peers, me, Memory(me, persister), apply_ch)
