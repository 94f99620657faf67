"""Where the results of a run are written: the user's JSON file, and the run's own folder."""

from __future__ import annotations

import shlex
import shutil
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec

from raftkit.report.clean import clean
from raftkit.report.failure import near
from raftkit.report.json_report import SCHEMA_VERSION, JsonFile, json_test
from raftkit.report.record import Record
from raftkit.runner.past_runs import RESULT_FILE, TRACE_FILE
from raftkit.runner.recipe import SUITE_COPY, Recipe
from raftkit.runner.runs_folder import RunsFolder

LONG_BYTES = 1 << 18
"""A report of more than this, some hundreds of results, is not written after each test."""
WRITING_SHARE = 10.0
"""Writing a long one is followed by a pause of ten times what it took."""


class ResultFiles:
    """Writes what is known; what cannot be written becomes a warning, and the run goes on."""

    def __init__(self, folder: Path, json: Path | None) -> None:
        """Open the run's folder, and try the user's file.

        Raises:
            OSError: The user's file cannot be written.
        """
        self._folder = RunsFolder(folder)
        self._next_write = 0.0
        self._files: list[JsonFile] = []
        self._asked_for = JsonFile(json) if json is not None else None
        self.warnings: list[str] = []
        self.has_all = True
        """Whether the user's file has got what was last known."""
        if self._asked_for is not None:
            self._asked_for.check()
            self._files.append(self._asked_for)
        try:
            self._folder.open()
        except OSError as error:
            self.warnings.append(f"no run folder: {near(str(folder))}: {error.strerror}")
        else:
            self._files.append(JsonFile(folder / "run.json"))

    def write(self, report: Callable[[], bytes], *, at_last: bool) -> None:
        """Write everything down that is known.

        In a run of many thousands a write takes milliseconds; then it is not done after each test, and
        a kill may lose the last moments of the run.
        """
        began = time.monotonic()
        if began < self._next_write and not at_last:
            return
        data = report()
        for file in self._files:
            if at_last or not file.is_special:
                is_written = self._try(file.path, partial(file.write, data))
                if file is self._asked_for:
                    self.has_all = is_written
        cost = time.monotonic() - began
        self._next_write = began + WRITING_SHARE * cost if len(data) > LONG_BYTES else 0.0

    def leave(self, record: Record, recipe: Recipe) -> None:
        """Put ``result.json``, ``repeat.sh`` and the suite's text beside the trace of a test that did not pass."""
        path = self._folder.path / record.folder / RESULT_FILE
        head = {"schema_version": SCHEMA_VERSION}

        def write() -> None:
            from raftkit.report.html import draw_beside  # only failures are drawn

            path.parent.mkdir(parents=True, exist_ok=True)
            JsonFile(path).write_value(head | json_test(record) | {"recipe": msgspec.to_builtins(recipe)})
            _write_script(path.with_name("repeat.sh"), record)
            shutil.copyfile(recipe.suite, path.with_name(SUITE_COPY))
            draw_beside(path.with_name(TRACE_FILE), path)

        self._try(path, write)

    def shown(self, path: str) -> str:
        """Return a path in the run's folder as it is shown to people."""
        return self._folder.shown(path)

    def _try(self, path: Path, write: Callable[[], None]) -> bool:
        try:
            write()
            return True
        except OSError as error:
            warning = f"results could not be written to {near(str(path))}: {error.strerror}"
            if warning not in self.warnings:
                self.warnings.append(warning)
            return False


def _write_script(path: Path, record: Record) -> None:
    """Write the command as a program; it runs where the run did, four folders up, from wherever it is called."""
    lines = [
        "#!/bin/sh",
        f"# {clean(record.result.reason) or record.result.verdict.value}",
        'cd "$(dirname "$0")/../../../.." || exit',
        f'PATH="$PATH":{shlex.quote(str(Path(sys.executable).parent))}',
        f'exec {record.repeat} "$@"',
    ]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape"))
    path.chmod(0o755)
