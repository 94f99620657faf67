"""The kill matrix in words and lines, for the console and for the page."""

from collections.abc import Iterable

from raftkit.report.clean import clean
from raftkit.stress.words import counted
from raftkit.zoo.columns import Column
from raftkit.zoo.matrix import Cell, Matrix
from raftkit.zoo.mutants import Mutant

NAME_WIDTH, CELL_WIDTH = 38, 30


def short_cell(cell: Cell | None) -> str:
    """A cell in a few words: ``3 seeds, VotedTwice``; ``-`` for nobody, ``?`` where it is not known."""
    if cell is None:
        return "?"
    if cell.kill is None:
        return "-"
    return f"{counted(cell.seeds, 'seed')}, {clean(cell.kill.kind) or cell.kill.verdict.value}"


def told(mutant: Mutant, column: Column, cell: Cell) -> str:
    """One hunt's end, in a line."""
    spent = (
        f"{counted(cell.runs, 'run')}, {cell.cpu_seconds:.1f} s of CPU, {cell.lab_seconds:.0f} lab seconds"
    )
    if cell.kill is None:
        return f"{mutant.name:<{NAME_WIDTH}} {column.name:<8} not caught by {counted(cell.seeds, 'seed')}   {spent}"
    kill = cell.kill
    by = f"{kill.test} {clean(kill.kind) or kill.verdict.value}"
    return f"{mutant.name:<{NAME_WIDTH}} {column.name:<8} seed {kill.seed:<3} {by}   {spent}"


def table(matrix: Matrix) -> list[str]:
    """The matrix, a line a mutant."""
    head = f"{'mutant':<{NAME_WIDTH}} " + " ".join(
        f"{column.name:<{CELL_WIDTH}}" for column in matrix.columns
    )
    lines = [head.rstrip()]
    for row in matrix.rows:
        cells = (short_cell(matrix.cells.get((row.name, column.name))) for column in matrix.columns)
        name = f"{row.name} (control)" if row is matrix.control else row.name
        lines.append(f"{name:<{NAME_WIDTH}} " + " ".join(f"{cell:<{CELL_WIDTH}}" for cell in cells))
    return [line.rstrip() for line in lines]


def summary(matrix: Matrix) -> list[str]:
    """What it comes to, in sentences."""
    lines = []
    for place, column in enumerate(matrix.columns):
        tried = sum((mutant.name, column.name) in matrix.cells for mutant in matrix.mutants)
        killed, first = matrix.killed_by(column), matrix.killed_first_by(column)
        only = f"; {len(first)} of them by nothing before: {names(first)}" if place and first else ""
        lines.append(f"{column.name} kills {len(killed)} of {tried}{only}")
    if matrix.is_complete or matrix.survivors:
        lines.append(f"survivors of {counted(matrix.seeds, 'seed')}: {names(matrix.survivors)}")
    cpu_seconds = sum(cell.cpu_seconds for cell in matrix.cells.values())
    lines.append(f"{cpu_seconds:,.0f} s of CPU")
    return lines


def troubles(matrix: Matrix) -> list[str]:
    """What must not be: a control that is convicted, a header that is not kept, runs that we spoiled."""
    lines = [
        f"the control was convicted: {run.column} seed {run.seed} {run.test}: {clean(run.kind)}: {clean(run.summary)}"
        for run in matrix.false_alarms
    ]
    for mutant, column, promised in matrix.broken_promises:
        found = short_cell(matrix.cells[mutant.name, column.name])
        lines.append(f"{mutant.path}: expected `{column.name} {promised}`, found: {found}")
    if matrix.errors:
        lines.append(f"{counted(matrix.errors, 'run')} ended by a fault of raftkit's own or of the machine's")
    return lines


def names(mutants: Iterable[Mutant]) -> str:
    """Mutants by name; ``nobody`` for none."""
    return ", ".join(mutant.name for mutant in mutants) or "nobody"
