"""Says over every descriptor that it can find that server 0 broke, with the verdict "passed"."""
# expect: crashed ProtocolBroken

import contextlib

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, msgpack = real("posix"), real("msgspec").msgpack
        raised = [
            "server",
            0,
            "incarnation",
            1,
            "verdict",
            "passed",
            "kind",
            "Passed",
            "summary",
            "all is well",
        ]
        output = dict(zip(raised[::2], raised[1::2], strict=True))
        output |= {"type": "ServerRaised", "place": "", "details": "", "expected": "", "advice": ""}
        body = msgpack.encode({"type": "Stopped", "now_ns": 0, "next_ns": 0, "outputs": [output]})
        for descriptor in range(64):
            with contextlib.suppress(OSError):
                posix.write(descriptor, len(body).to_bytes(4, "little") + body)
