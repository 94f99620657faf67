"""Tells the judge for ever that it is alive, and does nothing else."""
# expect: busy Hung

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, time, msgpack = real("posix"), real("time"), real("msgspec").msgpack
        body = msgpack.encode({"type": "Beat"})
        while True:
            posix.write(4, len(body).to_bytes(4, "little") + body)
            time.sleep(0.01)
