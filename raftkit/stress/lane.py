"""What a pytest worker does with a chunk: run after run on its bench, each noted as it ends."""

import os
from pathlib import Path

from raftkit.runner.parent import Stopped
from raftkit.runner.past_runs import TRACE_FILE
from raftkit.stress.bench import Bench
from raftkit.stress.evidence import remove
from raftkit.stress.notes import Notes
from raftkit.stress.signs import StopSigns
from raftkit.stress.work import Chunk, Round


class Lane:
    """One worker's way through the work."""

    def __init__(self, work: Round) -> None:
        folder = Path(work.folder)
        self._signs = StopSigns(folder)
        self._parent = os.getppid()
        self._notes = Notes(folder, work.asked)
        self._bench = Bench(work.asked, self._is_aborted)

    def close(self) -> None:
        """End the child."""
        self._bench.close()
        self._notes.close()

    def run(self, chunk: Chunk) -> bool:
        """Run a chunk; return False when nothing more shall run.

        Raises:
            ContractError: The implementation cannot be plugged in.
            OSError: What came of a run cannot be written down.
        """
        for seed, salt in chunk.cases:
            if self._should_end():
                return False
            try:
                self._run(chunk.version, chunk.test, seed, salt)
            except Stopped:
                return not self._should_end()
        return True

    def _run(self, version: int, test: int, seed: int, salt: int) -> None:
        folder = self._notes.folder(version, test, seed, salt)
        folder.mkdir(exist_ok=True)
        try:
            made = self._bench.run(version, test, seed, salt, folder / TRACE_FILE)
        except BaseException:
            remove(folder)
            raise
        self._notes.note(made, folder)

    def _should_end(self) -> bool:
        if self._is_orphan():
            self._bench.close()
            os._exit(1)  # nobody is left to report to
        return self._signs.say_stop

    def _is_aborted(self) -> bool:
        return self._is_orphan() or self._signs.say_abort

    def _is_orphan(self) -> bool:
        return os.getppid() != self._parent
