"""The kill matrix as a page in Markdown: docs/zoo.md is one."""

import os
from pathlib import Path

from raftkit.stress.words import counted
from raftkit.zoo.matrix import Cell, Matrix
from raftkit.zoo.mutants import HARMS, Mutant
from raftkit.zoo.words import summary

HEAD = """\
# The zoo

Every file of {folder} is a correct Raft with *one* thing wrong: a bug that people really write. Which of
them do the lab's own checks notice, which only raftkit's oracles, which only worse weather than the lab's?
`raftkit zoo` runs suites against each of them until one convicts, and makes this page:

```sh
raftkit zoo                                  # all of it: 20 seeds a mutant and column; an hour or more
raftkit zoo votes_twice keeps_a_tail         # some
raftkit zoo --columns lab --seeds 5 -j 2     # one column, fewer seeds, two runs at a time
raftkit zoo --mutants my_zoo --out zoo.md    # a folder of your own
raftkit zoo --resume                         # go on after Ctrl-C, or with more seeds or mutants
```

The seeds of a column are 1, 2, 3, …; with each, every test runs before the next seed begins, and the first
run that convicts ends the hunt. A sound implementation, the *control*, goes the same way, and must come
through. A `–` stands for nobody within these seeds, a `?` for what was not tried. Headers in the files say
what is expected: the command ends with 1 when somebody is caught later than that, and `tests/zoo` checks
the cheapest column of each.

## A mutant of your own

A file beside the others imports what it changes, and changes one thing:

```text
'''A sentence that says what is wrong.

Written by somebody who ...
'''
# breaks: safety | Raft §5.2, Figure 2: one vote in a term

from reference import Raft as Reference
```

The first word is {harms}. Then `raftkit zoo NAME --headers` hunts
it, and writes what it found behind that line:

```text
# caught: lab 3 TestManyElections2A | oracles 1 TestManyElections2A
```

That is: the lab's column needs three seeds, and this test does it. A `-` stands for nobody, within the seeds
that were tried; who survives them all should say what it would take: `# missed: ...`.
"""


def page(matrix: Matrix, path: Path) -> str:
    """The page; ``path`` is where it will be, so that its links lead somewhere."""
    folder = os.path.relpath(matrix.mutants[0].path.parent, path.absolute().parent) if matrix.mutants else "."
    head = HEAD.format(
        folder=f"[{Path(folder).name}]({folder})", harms=", ".join(f"`{harm}`" for harm in HARMS)
    )
    columns = "".join(f"* *{column.name}*: {column.title}\n" for column in matrix.columns)
    result = "".join(f"* {line}\n" for line in summary(matrix))
    sections = [
        "## The result\n",
        columns,
        result,
        *_survivors(matrix),
        "## The matrix\n",
        _table(matrix, folder),
    ]
    return "\n".join([head, *sections])


def _survivors(matrix: Matrix) -> list[str]:
    """Those whose files say what it would take to convict them."""
    told = [
        f"* *{_text(mutant.name)}*: {_text(mutant.missed)}\n" for mutant in matrix.survivors if mutant.missed
    ]
    return ["## Survivors\n", "".join(told)] if told else []


def _table(matrix: Matrix, folder: str) -> str:
    heads = ["mutant", "what is wrong", "what that breaks", *(column.name for column in matrix.columns)]
    lines = [_line(heads), _line(["---"] * len(heads))]
    for row in matrix.rows:
        cells = [_cell(matrix.cells.get((row.name, column.name))) for column in matrix.columns]
        lines.append(_line([*_about(row, folder, is_control=row is matrix.control), *cells]))
    return "\n".join(lines) + "\n"


def _about(row: Mutant, folder: str, *, is_control: bool) -> list[str]:
    if is_control:
        return [_text(row.name), "*nothing: the control*", ""]
    return [
        f"[{_text(row.name)}]({folder}/{row.path.name})",
        _text(row.wrong),
        _text(f"{row.harm}: {row.rule}") if row.harm else "",
    ]


def _cell(cell: Cell | None) -> str:
    if cell is None:
        return "?"
    if cell.kill is None:
        return "–"
    kill = cell.kill
    by = _text(f"{kill.test}, {kill.kind or kill.verdict.value}")
    return f"{counted(cell.seeds, 'seed')}: {by}; {cell.cpu_seconds:.1f} s"


def _line(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _text(text: str) -> str:
    """Text from a file or from a run, harmless in a table."""
    return (
        " ".join(text.split())
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace("|", "\\|")
        .replace("[", "\\[")
    )
