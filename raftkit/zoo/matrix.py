"""The kill matrix: which column convicts which mutant, after how many seeds, by which test, for which reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from raftkit.model import Verdict
from raftkit.zoo.columns import Column
from raftkit.zoo.mutants import Caught, Mutant
from raftkit.zoo.record import Run

SCHEMA_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One mutant in one column.

    Attributes:
        kill: The first run that convicts; None when none did.
        seeds: How many seeds that took, or were tried.
        runs: How many runs.
        cpu_seconds: Processor time of all of them.
        lab_seconds: Virtual time of all of them.
        errors: Runs that raftkit's own fault, or the machine's, spoiled.
    """

    kill: Run | None
    seeds: int
    runs: int
    cpu_seconds: float
    lab_seconds: float
    errors: int = 0

    @property
    def caught(self) -> Caught | None:
        """The same, as a header says it."""
        return None if self.kill is None else Caught(self.seeds, self.kill.test)


def cell(runs: Sequence[Run]) -> Cell:
    """What the runs of a hunt came to, in their order."""
    return Cell(
        kill=runs[-1] if runs and runs[-1].convicts else None,
        seeds=len({run.seed for run in runs}),
        runs=len(runs),
        cpu_seconds=sum(run.cpu_seconds for run in runs),
        lab_seconds=sum(run.lab_seconds for run in runs),
        errors=sum(run.verdict is Verdict.ERROR for run in runs),
    )


@dataclass(slots=True, kw_only=True)
class Matrix:
    """The whole of it.

    Attributes:
        mutants: Its rows.
        columns: Its columns, from the left.
        seeds: How many seeds a column has for each mutant: 1..``seeds``.
        control: A sound implementation that went the same way, or None: what convicts it convicts everybody.
        cells: What is known so far, by the names of mutant and column.
    """

    mutants: Sequence[Mutant]
    columns: Sequence[Column]
    seeds: int
    control: Mutant | None = None
    cells: dict[tuple[str, str], Cell] = field(default_factory=dict)

    @property
    def rows(self) -> list[Mutant]:
        """All that are hunted, the control first."""
        return [*([self.control] if self.control else []), *self.mutants]

    @property
    def is_complete(self) -> bool:
        """Whether every cell is known."""
        return all((row.name, column.name) in self.cells for row in self.rows for column in self.columns)

    def kill(self, mutant: Mutant, column: Column) -> Run | None:
        """The run that convicts, if one did."""
        found = self.cells.get((mutant.name, column.name))
        return found.kill if found else None

    def killed_by(self, column: Column) -> list[Mutant]:
        """Whom a column convicts."""
        return [mutant for mutant in self.mutants if self.kill(mutant, column)]

    def killed_first_by(self, column: Column) -> list[Mutant]:
        """Whom a column convicts, and none to its left."""
        left = self.columns[: self.columns.index(column)]
        return [
            mutant for mutant in self.killed_by(column) if not any(self.kill(mutant, other) for other in left)
        ]

    @property
    def survivors(self) -> list[Mutant]:
        """Whom no column convicts, though each has had all its seeds."""
        return [
            mutant
            for mutant in self.mutants
            if all(
                (found := self.cells.get((mutant.name, column.name))) and found.kill is None
                for column in self.columns
            )
        ]

    @property
    def false_alarms(self) -> list[Run]:
        """Convictions of the control."""
        kills = (self.kill(self.control, column) for column in self.columns) if self.control else ()
        return [kill for kill in kills if kill is not None]

    @property
    def broken_promises(self) -> list[tuple[Mutant, Column, Caught]]:
        """Where a header says that a column convicts within so many seeds, and it did not."""
        return [
            (mutant, column, promised)
            for mutant in self.mutants
            for column in self.columns
            if (promised := mutant.caught.get(column.name)) is not None
            and (found := self.cells.get((mutant.name, column.name))) is not None
            and found.seeds >= promised.seeds
            and (found.kill is None or found.seeds > promised.seeds)
        ]

    @property
    def errors(self) -> int:
        """Runs that say nothing, by a fault of ours or of the machine's."""
        return sum(each.errors for each in self.cells.values())

    def as_json(self) -> dict[str, Any]:
        """The matrix for programs."""
        return {
            "schema_version": SCHEMA_VERSION,
            "seeds": self.seeds,
            "is_complete": self.is_complete,
            "columns": [
                {
                    "name": column.name,
                    "title": column.title,
                    "killed": len(self.killed_by(column)),
                    "killed_first": len(self.killed_first_by(column)),
                }
                for column in self.columns
            ],
            "survivors": _names(self.survivors),
            "false_alarms": len(self.false_alarms),
            "mutants": [self._json_row(row) for row in self.rows],
        }

    def _json_row(self, row: Mutant) -> dict[str, Any]:
        cells = {
            column.name: _json_cell(self.cells[row.name, column.name])
            for column in self.columns
            if (row.name, column.name) in self.cells
        }
        return {
            "name": row.name,
            "is_control": row is self.control,
            "wrong": row.wrong,
            "harm": row.harm,
            "rule": row.rule,
            "cells": cells,
        }


def _json_cell(each: Cell) -> dict[str, Any]:
    kill = each.kill
    return {
        "killed": kill is not None,
        "seeds": each.seeds,
        "runs": each.runs,
        "cpu_seconds": round(each.cpu_seconds, 3),
        "lab_seconds": round(each.lab_seconds, 3),
        "test": kill.test if kill else "",
        "verdict": kill.verdict.value if kill else "",
        "kind": kill.kind if kill else "",
        "summary": kill.summary if kill else "",
    }


def _names(mutants: Iterable[Mutant]) -> list[str]:
    return [mutant.name for mutant in mutants]
