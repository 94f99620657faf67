"""Reads the judge's questions from the pipe itself, and answers each with a stop at which nothing was said."""
# expect: crashed ProtocolBroken

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix, msgspec = real("posix"), real("msgspec")
        frames = real("raftkit.worlds.process._frames")
        reader = frames.FrameReader(frames.ToChild)
        posix.write(4, frames.encode(frames.Stopped(0, 1, [])))
        while True:
            frame = reader.feed(posix.read(3, 65536))
            if frame is not None:
                until_ns = msgspec.to_builtins(frame).get("until_ns", 0)
                posix.write(4, frames.encode(frames.Stopped(until_ns, until_ns, [])))
