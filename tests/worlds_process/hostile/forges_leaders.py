"""Answers the judge's questions itself, before it has asked them: all is well, server 0 leads."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, msgpack = real("posix"), real("msgspec").msgpack
        answers = [
            {"type": "Answer", "call": call, "server": call % 3, "value": msgpack.encode([1, call % 3 == 0])}
            for call in range(1, 200)
        ]
        body = msgpack.encode({"type": "Stopped", "now_ns": 0, "next_ns": 0, "outputs": answers})
        posix.write(4, len(body).to_bytes(4, "little") + body)
