"""Raises an exception whose text, and whose name, are traps."""
# expect: crashed Trap

from base import Idle


class Trap(Exception):
    def __str__(self) -> str:
        raise SystemExit("no text for you")

    __repr__ = __str__


class Raft(Idle):
    def attack(self) -> None:
        raise Trap
