"""What is being shrunk: a suite of one test that fails, and how it did."""

from dataclasses import dataclass

from raftkit.model import Result
from raftkit.shrink.tree import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Failing:
    """A suite of one test, and a run of it that failed.

    Attributes:
        tree: The suite.
        seed: Of the run.
        result: How it ended.
        is_fair: Whether the sound implementation passes it; where all that can be said is that nothing broke, since
            a fault never had an effect, it does not.
    """

    tree: Tree
    seed: int
    result: Result
    is_fair: bool = True
