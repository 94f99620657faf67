"""The JSON file: always whole, never in the way."""

import json
import os
from pathlib import Path

import pytest

from raftkit.model import SECOND, Failure, Result, Verdict
from raftkit.report.json_report import JsonFile, encode_test, json_report
from raftkit.report.record import Record
from raftkit.report.totals import RunVerdict


def record(**fields: object) -> Record:
    plain = {"id": "TestX2A", "part": "2A", "title": "x", "verdict": Verdict.PASSED, "seed": 7}
    return Record(result=Result(**{**plain, **fields}), repeat="raftkit test TestX2A --impl a --seed 7")


def report(*records: Record) -> bytes:
    return json_report(
        implementation="a",
        seeds=[7],
        verdict=RunVerdict.FAILED,
        wall_seconds=1.5,
        results=[record.result for record in records],
        tests=[encode_test(record) for record in records],
    )


def test_a_report_has_everything_a_gradebook_needs() -> None:
    failure = Failure(kind="Broken", summary="it broke")
    made = json.loads(
        report(record(lab_ns=2 * SECOND), record(verdict=Verdict.FAILED, failure=failure, reason="it broke"))
    )

    assert {
        key: made[key] for key in ("schema_version", "seed", "implementation", "verdict", "lab_seconds")
    } == {
        "schema_version": 1,
        "seed": 7,
        "implementation": "a",
        "verdict": "failed",
        "lab_seconds": 2.0,
    }
    passed, failed = made["tests"]
    assert set(passed) >= {
        *("id", "part", "title", "verdict", "reason", "seed", "lab_seconds", "wall_seconds", "cpu_seconds"),
        *("servers", "rpcs", "bytes", "commits", "trace_digest", "repeat"),
    }
    assert "failure" not in passed
    assert failed["failure"]["kind"] == "Broken"


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    file = JsonFile(tmp_path / "out.json")
    file.check()
    assert not (tmp_path / "out.json").exists()  # trying leaves nothing behind

    file.write(report(record()))
    file.write(report(record(), record()))
    assert len(json.loads((tmp_path / "out.json").read_text())["tests"]) == 2
    assert os.listdir(tmp_path) == ["out.json"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "link.json").symlink_to(tmp_path / "target.json")
    JsonFile(tmp_path / "link.json").write(b"{}\n")

    assert (tmp_path / "link.json").is_symlink()
    assert (tmp_path / "target.json").read_text() == "{}\n"


def test_a_device_is_written_to_and_not_replaced() -> None:
    file = JsonFile(Path("/dev/null"))
    file.check()
    file.write(b"{}")

    assert Path("/dev/null").is_char_device()


def test_a_folder_is_refused_before_the_run(tmp_path: Path) -> None:
    with pytest.raises(IsADirectoryError):
        JsonFile(tmp_path).check()
    with pytest.raises(FileNotFoundError):
        JsonFile(tmp_path / "missing" / "out.json").check()


def test_when_the_disk_is_full_the_last_whole_report_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = JsonFile(tmp_path / "out.json")
    file.write(b'{"tests": [1]}')

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        file.write(b'{"tests": [1, 2]}')
    assert json.loads((tmp_path / "out.json").read_text()) == {"tests": [1]}
