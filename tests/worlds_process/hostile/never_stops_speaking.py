"""Streams valid frames without end, each an answer that nobody has asked for."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, frames = real("posix"), real("raftkit.worlds.process._frames")
        frame = bytes(frames.encode(frames.Stopped(0, 0, [])))
        while True:
            posix.write(4, frame * 100)
