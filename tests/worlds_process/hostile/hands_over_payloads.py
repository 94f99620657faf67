"""Saves, applies and logs objects that run code when they are unpickled, compared, hashed or shown."""
# expect: failed UnknownCommand

import pickle
from typing import Any

from base import Idle, log, real

from raftkit.contract import ApplyMsg


class Payload:
    """Tells where it runs."""

    def __reduce__(self) -> Any:
        return real("posix").write, (1, b"ESCAPED: unpickled")

    def __repr__(self) -> str:
        return f"shown in process {real('posix').getpid()}"


class Raft(Idle):
    def attack(self) -> None:
        self.persister.save_raft_state(pickle.dumps(Payload()))
        log.info("a payload", what=Payload())
        self.apply_ch.put(ApplyMsg(command_valid=True, command=Payload(), command_index=1))
