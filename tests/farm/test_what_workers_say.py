"""What comes from other machines is checked before it is noted."""

import zlib
from dataclasses import replace

import msgspec
import pytest

from raftkit.farm import FarmError
from raftkit.model import Result, Verdict
from raftkit.stress import afar
from raftkit.stress.afar import ChunkTold, Told, made_of, read_told
from raftkit.stress.work import Chunk

CHUNK = Chunk(0, 0, ((7, 0),))
RESULT = Result(id="TestX", part="2A", title="x", verdict=Verdict.FAILED, seed=7, trace_digest="0" * 64)


def told(*results: Result, trace: bytes | None = None) -> bytes:
    runs = tuple(Told(msgspec.json.encode(result), 50, trace) for result in results)
    return msgspec.msgpack.encode(ChunkTold(runs))


def no_result() -> bytes:
    return msgspec.msgpack.encode(ChunkTold((Told(b'{"verdict": "fine"}', 50, None),)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"\x80\x04.", "what no worker says", id="pickle"),
        pytest.param(no_result(), "what no worker says", id="no-result"),
        pytest.param(told(), "told of 0 runs where 1 were wanted", id="too-few"),
        pytest.param(told(RESULT, RESULT), "told of 2 runs", id="too-many"),
        pytest.param(told(replace(RESULT, seed=8)), "told of seed 8 where 7 was wanted", id="another-seed"),
        pytest.param(told(RESULT, trace=b"junk"), "cannot be unpacked", id="junk"),
        pytest.param(
            told(RESULT, trace=zlib.compress(b"{}")), "is not what its worker says", id="another-trace"
        ),
    ],
)
def test_nothing_is_noted_that_is_not_an_answer(data, says):
    with pytest.raises(FarmError, match=says):
        made_of(read_told(data, CHUNK).runs[0], CHUNK, 7, 0)


def test_a_trace_that_grows_out_of_all_proportion_is_refused(monkeypatch):
    monkeypatch.setattr(afar, "MOST_TRACE_BYTES", 1000)
    with pytest.raises(FarmError, match="a trace of more than"):
        made_of(read_told(told(RESULT, trace=zlib.compress(b"0" * 2000)), CHUNK).runs[0], CHUNK, 7, 0)
