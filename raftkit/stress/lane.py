"""What a pytest worker does with a chunk: run after run in its runner child, each noted as it ends."""

import contextlib
import os
from pathlib import Path

from raftkit.model import Result
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild, Stopped
from raftkit.runner.request import RunRequest
from raftkit.stress.breakage import breakage
from raftkit.stress.evidence import case_folder, is_kept, leave, remove
from raftkit.stress.journal import JOURNAL_FILE, Entry, Journal
from raftkit.stress.work import ABORT_FILE, STOP_FILE, Chunk, Round, Tested, read_asked

TRACE_FILE = "trace.jsonl"
MOST_MEMORY_GROWTH_MB = 256
"""A runner child that has grown by more than this is replaced between two runs."""


class Lane:
    """One worker's way through the work."""

    def __init__(self, work: Round) -> None:
        self._work = work
        self._folder = Path(work.folder)
        self._asked = read_asked(self._folder)
        self._child = RunnerChild(should_stop=self._is_aborted)
        self._journal = Journal(self._folder / JOURNAL_FILE)
        self._parent = os.getppid()
        self._checked: set[int] = set()
        self._abort, self._stop = str(self._folder / ABORT_FILE), str(self._folder / STOP_FILE)
        self._first_memory_mb = 0
        self._child.start()

    def close(self) -> None:
        """End the child."""
        self._child.close()
        self._journal.close()

    def run(self, chunk: Chunk) -> bool:
        """Run a chunk; return False when nothing more shall run.

        Raises:
            ContractError: The implementation cannot be plugged in.
            OSError: What came of a run cannot be written down.
        """
        if chunk.version not in self._checked:
            self._child.check(self._work.specs[chunk.version], isolate=self._asked.isolate)
            self._checked.add(chunk.version)
        for seed, salt in chunk.cases:
            if self._should_end():
                return False
            try:
                self._case(chunk.version, self._work.tests[chunk.test], seed, salt)
            except Stopped:
                return not self._should_end()
        return True

    def _case(self, version: int, tested: Tested, seed: int, salt: int) -> None:
        folder = self._folder / case_folder(tested.name, seed, salt, version)
        request = RunRequest(
            suite=tested.suite,
            test=tested.id,
            implementation=self._work.specs[version],
            seed=seed,
            limits=self._work.limits,
            trace_file=str(folder / TRACE_FILE),
            isolate=self._asked.isolate,
            apart=self._asked.apart,
            network_salt=salt,
        )
        folder.mkdir(exist_ok=True)
        try:
            result = self._child.run(
                request, About(part=tested.part, title=tested.title, servers=tested.servers)
            )
        except BaseException:
            remove(folder)
            raise
        kept = self._settle(folder, version, tested, result, salt)
        self._journal.append(self._entry(version, tested, salt, result, folder.name if kept else ""))

    def _settle(self, folder: Path, version: int, tested: Tested, result: Result, salt: int) -> bool:
        """Keep what is worth it; say whether that was so. Of neighbours only the rate matters."""
        if salt or not is_kept(result.verdict, self._asked.keep):
            remove(folder)
            return False
        with contextlib.suppress(OSError):  # a full disk: the journal will say so, if it has no room either
            leave(folder, self._asked, tested, self._asked.versions[version], result)
        return True

    def _entry(self, version: int, tested: Tested, salt: int, result: Result, folder: str) -> Entry:
        return Entry(
            version=version,
            test=tested.name,
            seed=result.seed,
            salt=salt,
            verdict=result.verdict,
            lab_ns=result.lab_ns,
            wall_seconds=round(result.wall_seconds, 6),
            cpu_seconds=round(result.cpu_seconds, 6),
            memory_mb=self._memory_mb(),
            broke=breakage(result, self._work.specs[version]),
            folder=folder,
        )

    def _memory_mb(self) -> int:
        """What the child holds; one that has grown too much is replaced before the next run."""
        process = self._child.start()
        process.sample()
        memory_mb = process.resident_bytes >> 20
        self._first_memory_mb = self._first_memory_mb or memory_mb
        if memory_mb - self._first_memory_mb > MOST_MEMORY_GROWTH_MB:
            self._child.close()
            self._first_memory_mb = 0
        return memory_mb

    def _should_end(self) -> bool:
        if self._is_orphan():
            self._child.close()
            os._exit(1)  # nobody is left to report to
        return os.path.exists(self._stop) or self._is_aborted()

    def _is_aborted(self) -> bool:
        return self._is_orphan() or os.path.exists(self._abort)

    def _is_orphan(self) -> bool:
        return os.getppid() != self._parent
