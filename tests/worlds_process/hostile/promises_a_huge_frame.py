"""Announces a frame of two gigabytes, so that the judge makes room for it."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").write(4, (2**31 - 1).to_bytes(4, "little") + b"\x80")
