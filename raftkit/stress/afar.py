"""What a worker of a farm does with a chunk, and how it tells what came of it.

It writes nothing down: results and traces go back as bytes, and are noted where the run's folder is.
"""

from collections import Counter
from dataclasses import replace
from functools import partial

import msgspec

from raftkit.errors import ContractError
from raftkit.farm import FarmError
from raftkit.farm.bundle import Bundle, pack
from raftkit.farm.telling import Told, heard, tell
from raftkit.farm.workshop import Workshop, is_called_off, workshop
from raftkit.runner.parent import Stopped
from raftkit.runner.past_runs import TRACE_FILE
from raftkit.stress.bench import Bench, Made
from raftkit.stress.breakage import breakage
from raftkit.stress.evidence import is_kept
from raftkit.stress.tally import KEPT_OF_A_GROUP
from raftkit.stress.work import Asked, Chunk


class RunTold(msgspec.Struct, frozen=True):
    """One run, and what the runner child held when it had ended, in MiB."""

    run: Told
    memory_mb: int


class ChunkTold(msgspec.Struct, frozen=True):
    """What came of a chunk: its runs in their order, or why they could not be made."""

    runs: tuple[RunTold, ...] = ()
    refused: str = ""


def bundle_for(asked: Asked) -> Bundle:
    """Pack what these runs follow from.

    Raises:
        ContractError: There is no such implementation.
        FarmError: It is too much, or cannot be read.
    """
    specs, suites = (
        [version.spec for version in asked.versions],
        [test.suite for test in asked.tests if test.suite],
    )
    return pack(specs, suites, msgspec.json.encode(asked))


def run_chunk(bundle: Bundle, chunk: Chunk) -> bytes:
    """Run a chunk on this worker, and tell what came of it: a :class:`ChunkTold`."""
    try:
        told = _run(workshop(bundle), bundle, chunk)
    except (FarmError, OSError) as error:
        told = ChunkTold(refused=str(error))
    return msgspec.msgpack.encode(told)


def _run(shop: Workshop, bundle: Bundle, chunk: Chunk) -> ChunkTold:
    asked = _in_here(msgspec.json.decode(bundle.order, type=Asked), shop)
    try:
        with shop.borrowed(partial(Bench, asked, is_called_off, cwd=shop.cwd)) as bench:
            return ChunkTold(_Teller(asked, shop).runs(bench, chunk))
    except Stopped:
        return ChunkTold()  # nobody listens
    except ContractError as error:
        return ChunkTold(refused=shop.told(str(error)))


def _in_here(asked: Asked, shop: Workshop) -> Asked:
    """What was asked for, with the paths that implementations and suites have here."""
    return msgspec.structs.replace(
        asked,
        versions=tuple(replace(version, spec=str(shop.path(version.spec))) for version in asked.versions),
        tests=tuple(
            msgspec.structs.replace(test, suite=str(shop.path(test.suite))) if test.suite else test
            for test in asked.tests
        ),
    )


class _Teller:
    """Makes the runs of one chunk, and tells of them."""

    def __init__(self, asked: Asked, shop: Workshop) -> None:
        self._asked = asked
        self._shop = shop
        self._traces: Counter[tuple[str, str, str]] = Counter()

    def runs(self, bench: Bench, chunk: Chunk) -> tuple[RunTold, ...]:
        """Make them.

        Raises:
            ContractError: The implementation cannot be plugged in.
            Stopped: Nobody wants them any more.
        """
        told = []
        with self._shop.scratch() as folder:
            for seed, salt in chunk.cases:
                file = folder / TRACE_FILE
                made = bench.run(chunk.version, chunk.test, seed, salt, file)
                run = tell(self._shop, made.result, file if self._is_worth_sending(made) else None)
                told.append(RunTold(run, made.memory_mb))
                file.unlink(missing_ok=True)
        return tuple(told)

    def _is_worth_sending(self, made: Made) -> bool:
        """Whether a run's trace may be kept: of a kind of failure there may be enough in this chunk alone."""
        if not is_kept(made.result.verdict, made.salt, self._asked.keep):
            return False
        broke = breakage(made.result, self._asked.versions[made.version].spec)
        if self._asked.keep != "few" or broke is None:
            return True
        self._traces[broke.key] += 1
        return self._traces[broke.key] <= KEPT_OF_A_GROUP


def heard_chunk(data: bytes, chunk: Chunk) -> ChunkTold:
    """Read what a worker tells of a chunk.

    Raises:
        FarmError: It is not about that chunk, or is nothing that a worker says.
    """
    told = heard(data, ChunkTold)
    if not told.refused and len(told.runs) != len(chunk.cases):
        raise FarmError(f"a worker told of {len(told.runs)} runs where {len(chunk.cases)} were wanted")
    return told
