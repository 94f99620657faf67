"""What a worker of a farm does with a chunk, and how it tells what came of it.

It writes nothing down: results and traces go back as bytes, and are noted where the run's folder is.
"""

import hashlib
import zlib
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from raftkit.errors import ContractError
from raftkit.farm import FarmError
from raftkit.farm.bundle import Bundle, pack
from raftkit.farm.workshop import Workshop, is_called_off, workshop
from raftkit.model import Result
from raftkit.runner.parent import Stopped
from raftkit.runner.past_runs import TRACE_FILE
from raftkit.stress.bench import Bench, Made
from raftkit.stress.book import KEPT_OF_A_GROUP
from raftkit.stress.breakage import breakage
from raftkit.stress.evidence import is_kept
from raftkit.stress.work import Asked, Chunk

MOST_TRACE_BYTES = 256 << 20
"""A longer trace stays where it is, and ends there."""


class Told(msgspec.Struct, frozen=True):
    """One run, as it is told.

    Attributes:
        result: JSON.
        memory_mb: What the runner child held when it had ended, in MiB.
        trace: Compressed by zlib; None when it is not worth keeping.
    """

    result: bytes
    memory_mb: int
    trace: bytes | None


class ChunkTold(msgspec.Struct, frozen=True):
    """What came of a chunk: its runs in their order, or why they could not be made."""

    runs: tuple[Told, ...] = ()
    refused: str = ""


def bundle_for(asked: Asked) -> Bundle:
    """Pack what these runs follow from.

    Raises:
        ContractError: There is no such implementation.
        FarmError: It is too much, or cannot be read.
    """
    specs, suites = [version.spec for version in asked.versions], [test.suite for test in asked.tests]
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
        tests=tuple(msgspec.structs.replace(test, suite=str(shop.path(test.suite))) for test in asked.tests),
    )


class _Teller:
    """Makes the runs of one chunk, and tells of them."""

    def __init__(self, asked: Asked, shop: Workshop) -> None:
        self._asked = asked
        self._shop = shop
        self._traces: Counter[tuple[str, str, str]] = Counter()

    def runs(self, bench: Bench, chunk: Chunk) -> tuple[Told, ...]:
        """Make them.

        Raises:
            ContractError: The implementation cannot be plugged in.
            Stopped: Nobody wants them any more.
        """
        told = []
        with self._shop.scratch() as folder:
            for seed, salt in chunk.cases:
                file = folder / TRACE_FILE
                told.append(self._told(bench.run(chunk.version, chunk.test, seed, salt, file), file))
                file.unlink(missing_ok=True)
        return tuple(told)

    def _told(self, made: Made, file: Path) -> Told:
        result, trace = made.result, self._trace(made, file)
        if trace is not None and result.trace_digest:
            result = replace(result, trace_digest=hashlib.sha256(trace).hexdigest())
        return Told(
            self._shop.told_json(msgspec.json.encode(result)),
            made.memory_mb,
            None if trace is None else zlib.compress(trace, 1),
        )

    def _trace(self, made: Made, file: Path) -> bytes | None:
        """A run's trace, if it is worth sending."""
        if not is_kept(made.result.verdict, made.salt, self._asked.keep) or not self._has_room_for(made):
            return None
        if not file.exists() or file.stat().st_size > MOST_TRACE_BYTES:
            return None
        return self._shop.told_json(file.read_bytes())

    def _has_room_for(self, made: Made) -> bool:
        """Whether of this kind of failure there are not enough in this chunk alone."""
        broke = breakage(made.result, self._asked.versions[made.version].spec)
        if self._asked.keep != "few" or broke is None:
            return True
        self._traces[broke.key] += 1
        return self._traces[broke.key] <= KEPT_OF_A_GROUP


def read_told(data: bytes, chunk: Chunk) -> ChunkTold:
    """Read what a worker tells of a chunk.

    Raises:
        FarmError: It is not about that chunk, or is nothing that a worker says.
    """
    try:
        told = msgspec.msgpack.decode(data, type=ChunkTold)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FarmError(f"a worker said what no worker says: {error}") from None
    if not told.refused and len(told.runs) != len(chunk.cases):
        raise FarmError(f"a worker told of {len(told.runs)} runs where {len(chunk.cases)} were wanted")
    return told


def made_of(told: Told, chunk: Chunk, seed: int, salt: int) -> tuple[Made, bytes | None]:
    """The run that was told of, and its trace.

    Raises:
        FarmError: It is another run, or its trace is not the one that the result speaks of.
    """
    try:
        result, trace = msgspec.json.decode(told.result, type=Result), None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FarmError(f"a worker said what no worker says: {error}") from None
    if result.seed != seed:
        raise FarmError(f"a worker told of seed {result.seed} where {seed} was wanted")
    if told.trace is not None:
        trace = _unpacked(told.trace)
        if result.trace_digest and hashlib.sha256(trace).hexdigest() != result.trace_digest:
            raise FarmError(
                f"the trace of {result.id} with seed {result.seed} is not what its worker says it is"
            )
    made = Made(version=chunk.version, test=chunk.test, salt=salt, result=result, memory_mb=told.memory_mb)
    return made, trace


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        trace = unpacker.decompress(data, MOST_TRACE_BYTES)
    except zlib.error as error:
        raise FarmError(f"a worker sent a trace that cannot be unpacked: {error}") from None
    if unpacker.unconsumed_tail:
        raise FarmError(f"a worker sent a trace of more than {MOST_TRACE_BYTES >> 20} MiB")
    return trace
