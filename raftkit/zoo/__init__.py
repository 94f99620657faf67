"""The zoo: wrong Rafts, and how many seeds each suite needs to convict them.

A *mutant* is an implementation with one thing wrong; its file says what, which rule that breaks, and which
suites notice. A *column* is a way to test: the lab's suites with the lab's own checks, the same with every
oracle, scenarios of worse weather. The *kill matrix* holds, for each mutant and column, the first seed that
convicts. It measures raftkit, and not the mutants: who survives shows what no oracle sees, or what no suite
brings about.

The room runs tests by way of the runner; it knows neither kernel nor events.
"""

from raftkit.zoo.columns import COLUMNS, Column
from raftkit.zoo.hunt import Hunt
from raftkit.zoo.keepers import Keepers
from raftkit.zoo.matrix import Cell, Matrix
from raftkit.zoo.mutants import Caught, Mutant, ZooError, read_mutants
from raftkit.zoo.record import Record, Run

__all__ = [
    "COLUMNS",
    "Caught",
    "Cell",
    "Column",
    "Hunt",
    "Keepers",
    "Matrix",
    "Mutant",
    "Record",
    "Run",
    "ZooError",
    "read_mutants",
]
