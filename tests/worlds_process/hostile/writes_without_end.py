"""Fills the file that takes its output, past Python's own streams."""
# expect: crashed OSError

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        posix = real("posix")
        while True:
            posix.write(1, b"PASS " * 10_000)
