"""Takes memory until there is none."""
# expect: failed MemoryLimitExceeded | crashed MemoryError

from base import Idle


class Raft(Idle):
    def attack(self) -> None:
        hoard = []
        while True:
            hoard.append(bytearray(16 * 2**20))
