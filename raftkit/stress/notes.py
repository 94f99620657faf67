"""Writes down what came of runs: what is worth keeping in a folder, and then a line in the journal."""

import contextlib
from pathlib import Path

from raftkit.stress.bench import Made
from raftkit.stress.breakage import breakage
from raftkit.stress.evidence import case_folder, is_kept, leave, remove
from raftkit.stress.journal import JOURNAL_FILE, Entry, Journal
from raftkit.stress.work import Asked


class Notes:
    """The writing end of a stress run's folder."""

    def __init__(self, folder: Path, asked: Asked) -> None:
        """Open the journal.

        Raises:
            OSError: It cannot be written.
        """
        self._folder = folder
        self._asked = asked
        self._journal = Journal(folder / JOURNAL_FILE)

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    def folder(self, version: int, test: int, seed: int, salt: int) -> Path:
        """Where a run's trace belongs, if it is to have one."""
        return self._folder / case_folder(self._asked.tests[test].name, seed, salt, version)

    def note(self, made: Made, folder: Path | None) -> None:
        """Note a run whose trace is in ``folder``, if anywhere.

        Raises:
            OSError: The journal cannot be written.
        """
        kept = folder is not None and self._settle(folder, made)
        self._journal.append(self._entry(made, folder.name if folder is not None and kept else ""))

    def _settle(self, folder: Path, made: Made) -> bool:
        """Keep what is worth it; say whether that was so."""
        asked = self._asked
        if not is_kept(made.result.verdict, made.salt, asked.keep):
            remove(folder)
            return False
        with contextlib.suppress(OSError):  # a full disk: the journal will say so, if it has no room either
            leave(folder, asked, asked.tests[made.test], asked.versions[made.version], made.result)
        return True

    def _entry(self, made: Made, folder: str) -> Entry:
        result = made.result
        return Entry(
            version=made.version,
            test=self._asked.tests[made.test].name,
            seed=result.seed,
            salt=made.salt,
            verdict=result.verdict,
            lab_ns=result.lab_ns,
            wall_seconds=round(result.wall_seconds, 6),
            cpu_seconds=round(result.cpu_seconds, 6),
            memory_mb=made.memory_mb,
            broke=breakage(result, self._asked.versions[made.version].spec),
            folder=folder,
            not_judged=result.not_judged,
        )
