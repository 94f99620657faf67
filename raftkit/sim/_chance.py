"""Chance that runs out."""

from random import Random


class BoundedChance(Random):
    """A stream of which the first draws are the seed's; every later one is 0, the first of whatever is chosen from.

    Args:
        seed: Names the stream.
        most: How many draws are the seed's.
    """

    def __init__(self, seed: str, most: int) -> None:
        super().__init__(seed)
        self._left = most

    def random(self) -> float:
        """Draw, or return 0."""
        if self._left <= 0:
            return 0.0
        self._left -= 1
        return super().random()
