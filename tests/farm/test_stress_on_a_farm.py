"""``raftkit stress --dask``: the same results as on one machine, whatever happens to the others."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from farm_cluster import WITHOUT_DASK, DaskCluster, wait_for

from raftkit.farm.engine import engine
from raftkit.farm.farm import Farm
from raftkit.model import Limits
from raftkit.stress import begin
from raftkit.stress.afar import bundle_for, heard_chunk, run_chunk
from raftkit.stress.journal import Entry, JournalReader
from raftkit.stress.seeds import Seeds
from raftkit.stress.work import Asked, Chunk
from raftkit.suite import find_tests, suites_dir

ROOT = Path(__file__).parents[2]
UNSOUND = """\
import random, threading, time
from reference import Raft as Sound

class Raft(Sound):
    def __init__(self, peers, me, persister, apply_ch):
        super().__init__(peers, me, persister, apply_ch)
        threading.Thread(target=self.fall_over).start()

    def fall_over(self):
        time.sleep(random.uniform(0.1, 8))
        if random.random() < 0.3:
            print("in", __file__)
            raise ValueError(f"server fell over in {__file__}")
"""
WALL = ("wall_seconds", "cpu_seconds", "memory_mb", "trace_file")
"""What may differ from one time to the next."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder: an implementation that fails now and then, with a module beside it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    (tmp_path / "raft.py").write_text(UNSOUND)
    (tmp_path / "reference.py").write_bytes((ROOT / "impls/reference/raft.py").read_bytes())
    return tmp_path


def start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, str(ROOT / "cli.py"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def raftkit(*arguments: str) -> "subprocess.CompletedProcess[str]":
    running = start(*arguments)
    stdout, stderr = running.communicate(timeout=240)
    return subprocess.CompletedProcess(arguments, running.returncode, stdout, stderr)


def lines(folder: str) -> list[dict]:
    """The journal, in the order of tests and seeds, without what may differ."""
    found = [
        {name: value for name, value in msgspec.to_builtins(entry).items() if name not in WALL}
        for entry in JournalReader(Path(folder) / "journal.jsonl", Entry).new(to_the_end=True)
    ]
    return sorted(found, key=lambda line: (line["test"], line["seed"]))


def evidence(folder: str) -> dict[str, object]:
    """All that was kept of runs."""
    found: dict[str, object] = {}
    for file in Path(folder).glob("Test*/*"):
        found[f"{file.parent.name}/{file.name}"] = file.read_bytes()
        if file.name == "result.json":
            result = json.loads(file.read_text())
            found[f"{file.parent.name}/{file.name}"] = {key: result[key] for key in result.keys() - set(WALL)}
    return found


def is_idle(cluster: DaskCluster) -> bool:
    return not cluster.runner_children() and not cluster.workshops()


def test_the_results_are_those_of_one_machine_though_a_worker_dies(cluster: DaskCluster, folder: Path):
    """Journals and evidence, traces byte for byte: where a run was made is not to be seen."""
    what = ["stress", "TestInitialElection2A", "TestManyElections2A", "--seeds", "1..24", "--keep", "all"]
    far = start(*what, "--dask", cluster.address, "-o", "far")
    wait_for(lambda: Path("far/journal.jsonl").exists() and len(lines("far")) >= 3)
    os.kill(cluster.workers()[0], signal.SIGKILL)
    assert len(lines("far")) < 48
    near = raftkit(*what, "-j", "1", "-o", "near")
    stdout, stderr = far.communicate(timeout=240)
    assert (far.returncode, near.returncode, stderr) == (1, 1, ""), stdout + near.stdout
    assert len(lines("far")) == 48
    assert lines("far") == lines("near")
    assert evidence("far") == evidence("near")
    assert len(evidence("far")) == 48 * 4 + 1  # and a picture of the first
    [rate] = [line for line in near.stdout.splitlines() if " of 48 failed: " in line]
    assert rate in stdout
    wait_for(lambda: is_idle(cluster))


def test_chaos_there_is_chaos_here(cluster: DaskCluster, folder: Path):
    """Workers draw a seed's scenario themselves, and it is the same."""
    what = ["chaos", "--servers", "3", "--seeds", "1..4", "--keep", "all", "--impl", "reference"]
    for name, where in {"far": ["--dask", cluster.address], "near": ["-j", "1"]}.items():
        done = raftkit(*what, *where, "-o", "out")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        Path("out").rename(name)
    assert lines("far") == lines("near")
    assert evidence("far") == evidence("near")
    assert {name for name in evidence("far") if "suite" in name} == {
        f"TestChaos-{seed}/suite.yaml" for seed in range(1, 5)
    }


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_when_the_client_ends_nothing_runs_on(cluster: DaskCluster, folder: Path, blow: signal.Signals):
    running = start("stress", "2B", "-n", "5000", "--dask", cluster.address, "-o", "out")
    wait_for(lambda: Path("out/journal.jsonl").exists() and lines("out") and cluster.runner_children())
    running.send_signal(blow)
    stdout, _ = running.communicate(timeout=60)
    wait_for(lambda: is_idle(cluster))
    if blow == signal.SIGINT:
        assert running.returncode == 2
        assert "raftkit stress --resume out" in stdout


def test_bisect_takes_both_versions_there(cluster: DaskCluster, folder: Path):
    (folder / "old.py").write_text(UNSOUND.replace("< 0.3", "< 0.9"))
    (folder / "new.py").write_text(UNSOUND.replace("< 0.3", "< 0"))
    what = ["bisect", "old.py", "new.py", "TestInitialElection2A", "--seeds", "1..20"]
    done = raftkit(*what, "--dask", cluster.address)
    assert (done.returncode, done.stderr) == (0, "")
    assert "BETTER" in done.stdout


def test_what_cannot_be_plugged_in_is_refused_as_ever(cluster: DaskCluster, folder: Path):
    (folder / "raft.py").write_text("nothing = 0\n")
    done = raftkit("stress", "2A", "--dask", cluster.address)
    assert done.returncode == 4
    assert done.stderr.startswith("ContractError: no Raft class found")
    assert str(folder / "raft.py") in done.stderr
    assert str(cluster.scratch) not in done.stderr


def asked_for(folder: Path) -> Asked:
    return Asked(
        versions=(begin.tested_version(str(folder / "raft.py")),),
        tests=begin.tested(find_tests(["TestInitialElection2A"], suites_dir=suites_dir())),
        seeds=Seeds(first=1, count=1),
        limits=Limits(),
    )


def test_a_worker_that_came_with_another_raftkit_does_nothing(cluster: DaskCluster, folder: Path):
    """Each piece of work says what it wants: workers may come at any time."""
    bundle = bundle_for(asked_for(folder))
    another = msgspec.structs.replace(bundle, engine=msgspec.structs.replace(engine(), raftkit="9.9"))
    chunk = Chunk(0, 0, ((1, 0),))
    with Farm(cluster.address) as farm:
        [answer] = farm.answers(run_chunk, [(another, chunk)], lambda: False)
    assert answer.data is not None
    told = heard_chunk(answer.data, chunk)
    assert "cannot take part" in told.refused
    assert "expected   raftkit 9.9" in told.refused


def test_no_scheduler_is_told_in_a_sentence(folder: Path):
    pytest.importorskip("distributed", reason=WITHOUT_DASK)
    done = raftkit("stress", "2A", "--dask", "tcp://127.0.0.1:1")
    assert done.returncode == 4
    assert done.stderr.startswith("no Dask scheduler answers at tcp://127.0.0.1:1")
    assert not Path(".raftkit").exists()


def test_an_address_that_is_none_is_told_at_once(folder: Path):
    pytest.importorskip("distributed", reason=WITHOUT_DASK)
    done = raftkit("stress", "2A", "--dask", "tpc://here:8786")
    assert done.returncode == 4
    assert "unknown address scheme" in done.stderr
    assert "Traceback" not in done.stderr


def test_jobs_are_the_clusters_own(folder: Path):
    done = raftkit("stress", "2A", "--dask", "tcp://127.0.0.1:1", "-j", "2")
    assert done.returncode == 4
    assert "as many as its workers have threads" in " ".join(done.stderr.replace("│", " ").split())
