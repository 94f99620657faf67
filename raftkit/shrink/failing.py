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
    """

    tree: Tree
    seed: int
    result: Result
