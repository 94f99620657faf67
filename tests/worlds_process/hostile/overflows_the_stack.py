"""Takes the bound off recursion and falls through the end of the C stack."""
# expect: crashed ProcessDied | crashed RecursionError

from base import Idle, real


class Raft(Idle):
    def attack(self) -> None:
        real("sys").setrecursionlimit(2**31 - 1)
        nested: object = []
        for _ in range(200_000):
            nested = [nested]
        repr(nested)
