"""``raftkit grade --dask``: the same grades as on one machine, and the same evidence of failures."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from farm_cluster import DaskCluster, wait_for

from raftkit.farm import FarmError
from raftkit.farm.farm import Farm
from raftkit.grade.farmpool import FarmPool
from raftkit.grade.task import Task
from raftkit.worlds.process import Level, isolation_here

ROOT = Path(__file__).parents[2]
REFERENCE = (ROOT / "impls/reference/raft.py").read_text()
RUBRIC = "title: Lab 2\nseeds: 2\nparts: {TestInitialElection2A: 10, TestBasicAgree2B: 10}\n"
CLASS = {
    "ada": REFERENCE,
    "bob": (ROOT / "impls/mutants/applies_twice.py").read_text(),
    "eve": "import os\nos._exit(0)\n",
    "joe": "nothing = 0\n",
}

pytestmark = pytest.mark.skipif(
    isolation_here().level not in (Level.SEALED, Level.FILTERED), reason="this machine locks nothing in"
)


def grade(folder: Path, out: str, *options: str) -> Path:
    """Grade the class; return the folder with the results."""
    command = [
        *(sys.executable, str(ROOT / "cli.py"), "grade", str(folder / "class")),
        *("--rubric", str(folder / "rubric.yaml"), "--out", str(folder / out), *options),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / out


def told(folder: Path, file: str) -> object:
    """A JSON file, without what may differ: the time it took on the wall's and processor's clock, and where it is."""

    def kept(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: kept(item) for key, item in value.items() if key not in ("wall_seconds", "cpu_seconds")
            }
        return [kept(item) for item in value] if isinstance(value, list) else value

    return kept(json.loads((folder / file).read_text().replace(str(folder), "OUT")))


def test_the_grades_are_those_of_one_machine(
    cluster: DaskCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    for name, text in CLASS.items():
        (tmp_path / "class" / name).mkdir(parents=True)
        (tmp_path / "class" / name / "raft.py").write_text(text)
    (tmp_path / "class/bob/reference.py").write_text(REFERENCE)
    (tmp_path / "rubric.yaml").write_text(RUBRIC)
    near, far = grade(tmp_path, "near", "-j", "1"), grade(tmp_path, "far", "--dask", cluster.address)
    assert (far / "grades.csv").read_text() == (near / "grades.csv").read_text()
    assert "ada,20," in (far / "grades.csv").read_text()
    assert "bob,10," in (far / "grades.csv").read_text()
    assert told(far, "grades.json") == told(near, "grades.json")
    traces = sorted(path.relative_to(near) for path in near.rglob("trace.jsonl"))
    assert traces
    assert traces == sorted(path.relative_to(far) for path in far.rglob("trace.jsonl"))
    for trace in traces:
        assert (far / trace).read_bytes() == (near / trace).read_bytes()
        assert told(far, str(trace.with_name("result.json"))) == told(
            near, str(trace.with_name("result.json"))
        )
    wait_for(lambda: not cluster.runner_children() and not cluster.workshops())


def test_a_machine_that_locks_in_differently_grades_nobody(cluster: DaskCluster, tmp_path: Path) -> None:
    (tmp_path / "raft.py").write_text(REFERENCE)
    pool = FarmPool(Farm(cluster.address), [], "limited")
    try:
        with pytest.raises(FarmError, match="expected   limited"):
            list(pool.outcomes([Task(student="ada", implementation=str(tmp_path / "raft.py"))]))
    finally:
        pool.close()
