"""Answers the judge's questions with objects that lie about what they are."""
# expect: crashed OverflowError

from base import Idle


class Number(int):
    """An index that is whatever one compares it with."""

    def __eq__(self, other: object) -> bool:
        return True

    def __lt__(self, other: object) -> bool:
        return True

    __hash__ = int.__hash__
    __gt__ = __le__ = __ge__ = __lt__

    def __int__(self) -> int:
        return 1 << 80


class Raft(Idle):
    def get_state(self) -> tuple[int, bool]:
        return Number(7), Number(1)  # type: ignore[return-value]
