"""The hands of a farm: chunks are run by the workers of a Dask cluster, and noted here."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from raftkit.farm import FarmError
from raftkit.farm.bundle import Bundle
from raftkit.farm.farm import Farm
from raftkit.farm.telling import heard_run
from raftkit.runner.past_runs import TRACE_FILE
from raftkit.stress.afar import bundle_for, heard_chunk, run_chunk
from raftkit.stress.bench import Made
from raftkit.stress.hands import Ended
from raftkit.stress.notes import Notes
from raftkit.stress.signs import StopSigns
from raftkit.stress.work import Chunk, Round


class FarmHands:
    """Hands the chunks of a round to a farm."""

    def __init__(self, farm: Farm) -> None:
        self._farm = farm
        self._bundle: Bundle | None = None

    @property
    def jobs(self) -> int:
        """How many runs there are at a time, as of now."""
        return self._farm.jobs

    def close(self) -> None:
        """Let go of the cluster."""
        self._farm.close()

    def run(self, work: Round) -> Ended:
        """Run a round.

        Raises:
            ContractError: There is no such implementation.
        """
        notes = Notes(Path(work.folder), work.asked)
        try:
            return self._run(work, notes)
        except FarmError as error:
            return Ended(refused=str(error))
        finally:
            notes.close()

    def _run(self, work: Round, notes: Notes) -> Ended:
        self._bundle = bundle = self._bundle or bundle_for(work.asked)
        signs, has_lost_workers = StopSigns(Path(work.folder)), False
        tasks = ((bundle, chunk) for chunk in work.chunks)
        with closing(self._farm.answers(run_chunk, tasks, lambda: signs.say_stop)) as answers:
            for answer in answers:
                if answer.data is None:
                    has_lost_workers = True
                elif refused := self._note(notes, answer.task, answer.data):
                    return Ended(refused=refused)
        last_words = f"the workers of {self._farm.address} ran nothing of a round"
        return Ended(has_lost_workers=has_lost_workers, last_words=last_words)

    def _note(self, notes: Notes, chunk: Chunk, data: bytes) -> str:
        """Note what came of a chunk; return why it could not be run, if it could not."""
        told = heard_chunk(data, chunk)
        for (seed, salt), one in zip(chunk.cases, told.runs, strict=False):
            result, trace = heard_run(one.run, seed)
            folder = None
            if trace is not None:
                folder = notes.folder(chunk.version, chunk.test, seed, salt)
                folder.mkdir(exist_ok=True)
                (folder / TRACE_FILE).write_bytes(trace)
            result = replace(result, trace_file="" if folder is None else str(folder / TRACE_FILE))
            notes.note(
                Made(
                    version=chunk.version, test=chunk.test, salt=salt, result=result, memory_mb=one.memory_mb
                ),
                folder,
            )
        return told.refused
