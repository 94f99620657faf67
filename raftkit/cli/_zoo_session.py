"""A hunt through the zoo on behalf of the command line: its options, what it says, its exit code."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from raftkit.cli._exits import Exit
from raftkit.cli._session import cores, signals_interrupt
from raftkit.cli._shared import check_writable
from raftkit.model import Limits
from raftkit.report.json_report import JsonFile
from raftkit.report.screen import Screen, open_screen
from raftkit.runner.places import impls_dir
from raftkit.zoo import Cell, Hunt, Keepers, Matrix, Mutant, Record, ZooError, read_mutants
from raftkit.zoo.columns import columns_named
from raftkit.zoo.mutants import with_header
from raftkit.zoo.page import page
from raftkit.zoo.words import summary, table, told, troubles


@dataclass(frozen=True, slots=True, kw_only=True)
class ZooOptions:
    """What the user asked for, understood; None and empty for what was left out."""

    names: list[str]
    seeds: int
    columns: list[str]
    mutants: Path | None
    jobs: int | None
    out: Path | None
    json: Path | None
    headers: bool
    resume: bool
    folder: Path


def run_zoo(options: ZooOptions) -> int:
    """Hunt, and return the exit code.

    Raises:
        RaftkitError: It cannot begin: no such mutant or column, nowhere to write.
    """
    for name, path in (("--json", options.json), ("--out", options.out)):
        check_writable(name, path)
    control = _control()
    matrix = Matrix(
        mutants=read_mutants(options.mutants or impls_dir() / "mutants", options.names),
        columns=columns_named(options.columns),
        seeds=options.seeds,
        control=None if options.names else control,
    )
    screen = open_screen()
    with signals_interrupt():
        try:
            _hunt(options, matrix, screen)
        except KeyboardInterrupt:
            return _finish(options, matrix, screen, Exit.INTERRUPTED)
    return _finish(options, matrix, screen, _verdict(matrix))


def _control() -> Mutant:
    """The reference: what convicts it would convict anybody."""
    path = impls_dir() / "reference"
    return Mutant(path=path, caught={}, digest=hashlib.sha256((path / "raft.py").read_bytes()).hexdigest())


def _hunt(options: ZooOptions, matrix: Matrix, screen: Screen) -> None:
    hunts = [
        Hunt(mutant=row, column=column, seeds=options.seeds, limits=Limits())
        for row in matrix.rows
        for column in sorted(matrix.columns, key=lambda column: bool(column.follows))
    ]
    try:
        record = Record(options.folder, goes_on=options.resume)
    except OSError as error:
        raise ZooError(f"{options.folder} cannot be written: {error.strerror}\n  try: -o DIR") from None
    known = f", {record.size:,} runs are known" if record.size else ""
    screen.line(f"raftkit zoo: {len(matrix.mutants)} mutants, seeds 1..{options.seeds}{known}", "bold")
    one_at_a_time = Lock()

    def on_end(hunt: Hunt, cell: Cell) -> None:
        with one_at_a_time:
            matrix.cells[hunt.mutant.name, hunt.column.name] = cell
            screen.line(told(hunt.mutant, hunt.column, cell), "" if cell.kill else "yellow")
        if screen.is_broken:  # nobody reads: as good as a Ctrl-C
            raise KeyboardInterrupt

    screen.live(lambda: f"{len(matrix.cells)} of {len(hunts)} hunts, {record.size:,} runs")
    try:
        Keepers(options.jobs or cores(), record).hunt(hunts, on_end)
    finally:
        screen.close()
        record.close()


def _verdict(matrix: Matrix) -> Exit:
    if matrix.false_alarms or matrix.broken_promises:
        return Exit.FAILED
    return Exit.FAULT if matrix.errors else Exit.PASSED


def _finish(options: ZooOptions, matrix: Matrix, screen: Screen, code: Exit) -> int:
    """Say and write what is known; a hunt that was cut short changes neither page nor headers."""
    for line in ["", *table(matrix), "", *summary(matrix)]:
        screen.line(line)
    for line in troubles(matrix):
        screen.line(line, "bold red")
    if code is Exit.INTERRUPTED:
        screen.line("interrupted; raftkit zoo --resume goes on", "yellow")
    is_written = True
    try:
        if options.json is not None:
            JsonFile(options.json).write_value(matrix.as_json())
        if matrix.is_complete and options.out is not None:
            options.out.write_text(page(matrix, options.out), encoding="utf-8")
        if matrix.is_complete and options.headers:
            _write_headers(matrix)
    except OSError as error:
        is_written = False
        screen.line(f"warning: {error.filename} could not be written: {error.strerror}", "yellow")
    return code if is_written or code is not Exit.PASSED else Exit.FAULT


def _write_headers(matrix: Matrix) -> None:
    for mutant in matrix.mutants:
        text = mutant.path.read_text(encoding="utf-8")
        caught = {column.name: matrix.cells[mutant.name, column.name].caught for column in matrix.columns}
        if (changed := with_header(text, caught)) != text:
            mutant.path.write_text(changed, encoding="utf-8")
