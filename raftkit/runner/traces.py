"""Where the traces of a run go: failures leave theirs, passes are swept away as they pass."""

import contextlib
from dataclasses import replace
from pathlib import Path

from raftkit.model import Result, Verdict


class Traces:
    """Gives each test a file for its trace, and decides afterwards whether it stays."""

    def __init__(self, run_folder: str, keep_in: Path | None) -> None:
        """``keep_in``, when given, gets the trace of every test; else ``run_folder`` those of failures."""
        self._run_folder = Path(run_folder)
        self._keep_in = keep_in
        self.warning = ""
        """Why traces are not written; empty when they are."""

    def open(self, name: str) -> str:
        """Return the file for a test's trace, or nothing when the folder cannot be written.

        ``name`` is the test's and its seed, ``TestFigure82C-7``, and no other test of the run has it.
        """
        if self._keep_in is not None:
            path = self._keep_in / f"{name}.jsonl"
        else:
            path = self._run_folder / name / "trace.jsonl"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        except OSError as error:
            self.warning = f"no traces are kept: {self._keep_in or self._run_folder}: {error.strerror}"
            return ""
        return str(path)

    def settle(self, result: Result) -> Result:
        """Remove the trace of a pass, unless all are kept."""
        if self._keep_in is not None or result.verdict is not Verdict.PASSED or not result.trace_file:
            return result
        path = Path(result.trace_file)
        with contextlib.suppress(OSError):
            path.unlink()
            path.parent.rmdir()
        return replace(result, trace_file="")
