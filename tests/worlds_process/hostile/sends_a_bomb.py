"""Sends a frame of a few bytes that means four billion objects, and one of a hundred thousand nested lists."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        for body in (b"\xdd\xff\xff\xff\xff", b"\x91" * 100_000):
            real("posix").write(4, len(body).to_bytes(4, "little") + body)
