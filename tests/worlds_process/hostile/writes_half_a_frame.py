"""Promises a frame of a thousand bytes, gives ten, and never goes on."""
# expect: busy Hung

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").write(4, (1000).to_bytes(4, "little") + b"0123456789")
        real("time").sleep(1000)
