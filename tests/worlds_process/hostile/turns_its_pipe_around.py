"""Puts its output in the place of the pipe to the judge, so that nothing arrives there any more."""
# expect: crashed ProcessDied

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("posix").dup2(1, 4)
