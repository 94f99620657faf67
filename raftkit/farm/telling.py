"""How a worker tells of a run: result and trace as bytes, which are checked where they arrive."""

import hashlib
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from raftkit.farm.engine import FarmError
from raftkit.farm.workshop import Workshop
from raftkit.model import Result

MOST_TRACE_BYTES = 256 << 20
"""A longer trace stays where it is, and ends there."""

_Struct = TypeVar("_Struct")


class Told(msgspec.Struct, frozen=True):
    """One run, as it is told.

    Attributes:
        result: JSON.
        trace: Compressed by zlib; None when there is none, or it is not worth keeping.
    """

    result: bytes
    trace: bytes | None


def tell(shop: Workshop, result: Result, trace_file: Path | None) -> Told:
    """Tell of a run as if it had been made where its bundle comes from."""
    trace = None
    if trace_file is not None and trace_file.exists() and trace_file.stat().st_size <= MOST_TRACE_BYTES:
        trace = shop.told_json(trace_file.read_bytes())
        if result.trace_digest:
            result = replace(result, trace_digest=hashlib.sha256(trace).hexdigest())
    return Told(
        shop.told_json(msgspec.json.encode(result)), None if trace is None else zlib.compress(trace, 1)
    )


def heard(data: bytes, type_: type[_Struct]) -> _Struct:
    """Read what a worker says.

    Raises:
        FarmError: That is nothing that a worker says.
    """
    return _decoded(msgspec.msgpack, data, type_)


def heard_run(told: Told, seed: int) -> tuple[Result, bytes | None]:
    """The run that was told of, and its trace.

    Raises:
        FarmError: It is another run, or its trace is not the one that the result speaks of.
    """
    result, trace = _decoded(msgspec.json, told.result, Result), None
    if result.seed != seed:
        raise FarmError(f"a worker told of seed {result.seed} where {seed} was wanted")
    if told.trace is not None:
        trace = _unpacked(told.trace)
        if result.trace_digest and hashlib.sha256(trace).hexdigest() != result.trace_digest:
            raise FarmError(f"the trace of {result.id} with seed {seed} is not what its worker says it is")
    return result, trace


def _decoded(codec: Any, data: bytes, type_: type[_Struct]) -> _Struct:
    try:
        found: _Struct = codec.decode(data, type=type_)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FarmError(f"a worker said what no worker says: {error}") from None
    return found


def _unpacked(data: bytes) -> bytes:
    unpacker = zlib.decompressobj()
    try:
        trace = unpacker.decompress(data, MOST_TRACE_BYTES)
    except zlib.error as error:
        raise FarmError(f"a worker sent a trace that cannot be unpacked: {error}") from None
    if unpacker.unconsumed_tail:
        raise FarmError(f"a worker sent a trace of more than {MOST_TRACE_BYTES >> 20} MiB")
    return trace
