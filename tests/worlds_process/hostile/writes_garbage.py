"""Writes noise on the pipe to the judge."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").write(4, b"\xff" * 1000)
