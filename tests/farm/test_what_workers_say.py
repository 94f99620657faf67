"""What comes from other machines is checked before it is noted."""

import zlib
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from raftkit.farm import FarmError, telling
from raftkit.farm.bundle import Bundle
from raftkit.farm.engine import engine
from raftkit.farm.telling import Told, heard_run, tell
from raftkit.farm.workshop import Workshop
from raftkit.grade.afar import TaskTold, outcome_of
from raftkit.grade.task import Task
from raftkit.model import Result, Verdict
from raftkit.stress import work
from raftkit.stress.afar import ChunkTold, RunTold, heard_chunk
from raftkit.stress.work import Chunk

CHUNK = Chunk(0, 0, ((7, 0),))
RESULT = Result(id="TestX", part="2A", title="x", verdict=Verdict.FAILED, seed=7, trace_digest="0" * 64)
TEST = work.Tested(
    name="TestX", id="TestX", command="TestX", suite="/2A.yaml", part="2A", title="x", servers=3, cost=1.0
)
NO_RESULT = Told(b'{"verdict": "fine"}', None)


def told(result: Result, trace: bytes | None = None) -> Told:
    return Told(msgspec.json.encode(result), trace)


def chunk_of(*runs: Told) -> bytes:
    return msgspec.msgpack.encode(ChunkTold(tuple(RunTold(run, 50) for run in runs)))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"\x80\x04.", "what no worker says", id="pickle"),
        pytest.param(chunk_of(), "told of 0 runs where 1 were wanted", id="too-few"),
        pytest.param(chunk_of(told(RESULT), told(RESULT)), "told of 2 runs", id="too-many"),
        pytest.param(chunk_of(NO_RESULT), "what no worker says", id="no-result"),
        pytest.param(
            chunk_of(told(replace(RESULT, seed=8))), "of seed 8 where 7 was wanted", id="another-seed"
        ),
        pytest.param(chunk_of(told(RESULT, b"junk")), "cannot be unpacked", id="junk"),
        pytest.param(chunk_of(told(RESULT, zlib.compress(b"{}"))), "is not what its worker says", id="trace"),
    ],
)
def test_nothing_is_noted_that_is_not_an_answer(data, says):
    with pytest.raises(FarmError, match=says):
        heard_run(heard_chunk(data, CHUNK).runs[0].run, 7)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(TaskTold(), id="no-result"),
        pytest.param(TaskTold(run=told(RESULT), refused="ContractError: no"), id="run-and-refused"),
        pytest.param(TaskTold(trouble="no room"), id="trouble"),
    ],
)
def test_a_grade_follows_from_nothing_but_a_run(answer, tmp_path):
    """A worker in trouble, or one that lies about what it did, is nobody's failure."""
    task = Task(student="a", implementation="/raft.py", test=TEST, seed=7, folder=str(tmp_path))
    with pytest.raises(FarmError):
        outcome_of(msgspec.msgpack.encode(answer), task)


def test_a_trace_that_grows_out_of_all_proportion_is_refused(monkeypatch):
    monkeypatch.setattr(telling, "MOST_TRACE_BYTES", 1000)
    with pytest.raises(FarmError, match="a trace of more than"):
        heard_run(told(RESULT, zlib.compress(b"0" * 2000)), 7)


def test_what_is_told_is_heard_as_if_it_had_been_made_here(tmp_path: Path):
    shop = Workshop(
        Bundle(name="b", engine=engine(), cwd="/", files={"/lab/raft.py": b""}), tmp_path / "there"
    )
    trace = tmp_path / "trace.jsonl"
    trace.write_text(f'{{"text": "in {shop.path("/lab/raft.py")}"}}\n')
    result, heard = heard_run(
        tell(shop, replace(RESULT, reason=f"at {shop.path('/lab/raft.py')}:3"), trace), 7
    )
    assert result.reason == "at /lab/raft.py:3"
    assert heard == b'{"text": "in /lab/raft.py"}\n'
