"""``raftkit runs``: names, lists, and what is broken among them."""

import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from logs_data import DATA

from raftkit.errors import RaftkitError
from raftkit.runner.find_run import find_run, find_trace
from raftkit.runner.past_runs import past_runs

OLD, NEW, PASSED = "20260301T101500Z-7-1", "20260302T101500Z-8-2", "20260302T101501Z-9-3"


def result(test: str, verdict: str, **fields: Any) -> dict[str, Any]:
    reason = "" if verdict == "passed" else "term 2 has 2 leaders"
    return {"id": test, "part": "2A", "title": "a title", "verdict": verdict, "reason": reason, "seed": 7,
            "repeat": f"raftkit test {test} --seed 7", **fields}  # fmt: skip


def make_run(name: str, tests: list[dict[str, Any]], verdict: str = "failed") -> Path:
    folder = Path(".raftkit/runs") / name
    folder.mkdir(parents=True)
    passed = sum(test["verdict"] == "passed" for test in tests)
    report = {"schema_version": 1, "implementation": "my_raft.py", "verdict": verdict, "passed": passed,
              "failed": len(tests) - passed, "lab_seconds": 3.5, "wall_seconds": 0.25, "tests": tests}  # fmt: skip
    (folder / "run.json").write_text(json.dumps(report))
    for test in tests:
        if test["verdict"] != "passed":
            case = folder / f"{test['id']}-{test['seed']}"
            case.mkdir()
            shutil.copy(DATA / "two_leaders.jsonl", case / "trace.jsonl")
            (case / "result.json").write_text(json.dumps(test))
    return folder


@pytest.fixture(autouse=True)
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three runs: two failed, the last passed."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "UTC")
    make_run(OLD, [result("TestB2A", "failed"), result("TestA2A", "crashed")])
    make_run(NEW, [result("TestC2A", "passed"), result("TestA2A", "failed")])
    make_run(PASSED, [result("TestC2A", "passed")], "passed")
    os.symlink(PASSED, ".raftkit/runs/last")
    return tmp_path / ".raftkit" / "runs"


# --- names ---


@pytest.mark.parametrize(
    ("name", "run", "case"),
    [
        ("last", PASSED, ""),
        (OLD, OLD, ""),
        ("20260301", OLD, ""),
        (f"{NEW}/TestA2A-7", NEW, "TestA2A-7"),
        ("20260301/TestA2A", OLD, "TestA2A-7"),
        (f".raftkit/runs/{NEW}", NEW, ""),
        (f".raftkit/runs/{OLD}/TestB2A-7/", OLD, "TestB2A-7"),
        (".raftkit/runs/last", PASSED, ""),
    ],
)
def test_a_run_goes_by_many_names(name: str, run: str, case: str) -> None:
    found = find_run(name)

    assert (found.id, found.case) == (run, case)
    assert found.path.resolve() == Path(f".raftkit/runs/{run}").resolve()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("2026", "begins the names of 3 runs"),
        ("nope", "no run is called 'nope'"),
        ("", "no run is called ''"),
        (f"{NEW}/TestZ", "has no trace of TestZ: it left TestA2A-7"),
        ("last", "has no failure to show: it passed"),
        ("nope.jsonl", "there is no such file"),
        (f"{PASSED}/TestC2A", "it left none"),
    ],
)
def test_a_name_that_means_nothing_is_refused(name: str, says: str) -> None:
    with pytest.raises(RaftkitError, match=says):
        find_trace(name)


def test_the_first_failure_is_the_first_in_suite_order() -> None:
    assert find_trace(OLD).parent.name == "TestB2A-7"


def test_a_trace_that_was_kept_elsewhere_is_found(tmp_path: Path) -> None:
    case = Path(".raftkit/runs") / NEW / "TestA2A-7"
    (case / "trace.jsonl").rename(tmp_path / "kept.jsonl")
    (case / "result.json").write_text(
        json.dumps(result("TestA2A", "failed", trace_file=str(tmp_path / "kept.jsonl")))
    )

    assert find_trace(NEW) == tmp_path / "kept.jsonl"


def test_without_a_link_the_newest_is_the_last(runs: Path) -> None:
    (runs / "last").unlink()

    assert find_run("last").id == PASSED


def test_logs_shows_the_last_runs_first_failure(raftkit, runs: Path) -> None:
    assert "raftkit test --trace DIR" in raftkit("logs").err
    shutil.rmtree(runs / PASSED)
    assert "FAILED  ElectionSafetyViolated" in raftkit("logs").out


# --- the list ---


def test_runs_are_listed_newest_first(raftkit) -> None:
    said = raftkit("runs")

    assert said.out.splitlines() == [
        "run                     when                 verdict  passed  lab s  seed  first failure",
        "20260302T101501Z-9-3 *  2026-03-02 10:15:01  PASS        1/1    3.5     9",
        "20260302T101500Z-8-2    2026-03-02 10:15:00  FAIL        1/2    3.5     8  TestA2A-7: term 2 has 2 leaders",
        "20260301T101500Z-7-1    2026-03-01 10:15:00  FAIL        0/2    3.5     7  TestB2A-7: term 2 has 2 leaders (and 1 more)",
    ]
    assert raftkit("runs", "list") == said


def test_a_stress_run_counts_what_it_does_not_list(raftkit, runs: Path) -> None:
    """Of 60 runs 12 failed, and two left a folder; their own results say what the list leaves out."""
    listed = [result("TestA2A", "failed"), result("TestB2A", "crashed")]
    folder = make_run("20260401T000000Z-1-1", listed)
    report = json.loads((folder / "run.json").read_text())
    lists = [{key: value for key, value in test.items() if key != "repeat"} for test in listed]
    (folder / "run.json").write_text(
        json.dumps(report | {"passed": 48, "failed": 11, "inconclusive": 1, "tests": lists})
    )
    line = raftkit("runs").out.splitlines()[1]
    said = raftkit("runs", "show", folder.name).out.splitlines()

    assert line.split()[3:5] == ["FAIL", "48/60"]
    assert line.endswith("TestA2A-7: term 2 has 2 leaders (and 11 more)")
    assert said[2] == "verdict  FAIL  48 of 60 passed"
    assert "listed   2 of these runs: those that left a trace" in said
    assert "      repeat     raftkit test TestB2A --seed 7" in said


BROKEN = [b"", b"{", b"[]", b"\xff\x00", b'{"tests": 3}', b'{"tests": [null]}', b"[" * 100_000]


@pytest.mark.parametrize("content", [None, *BROKEN], ids=lambda content: repr(content)[:20])
def test_a_broken_run_is_listed_and_harms_nobody(raftkit, runs: Path, content: bytes | None) -> None:
    (runs / NEW / "run.json").unlink()
    if content is not None:
        (runs / NEW / "run.json").write_bytes(content)
    (runs / "notes.txt").write_text("mine")
    (runs / "20260303T000000Z-1-1").write_text("a file")
    said = raftkit("runs")

    assert (said.code, len(said.out.splitlines())) == (0, 4)
    assert "its run.json is missing or damaged" in said.out
    assert raftkit("runs", "show", NEW).code == 4
    assert "◆ leader T1" in raftkit("logs", NEW).out, "its trace is there all the same"


def test_a_run_under_way_and_one_that_was_killed(raftkit) -> None:
    make_run(f"20260401T000000Z-1-{os.getpid()}", [result("TestC2A", "passed")], "incomplete")
    make_run("20260401T000001Z-1-999999999", [result("TestC2A", "passed")], "incomplete")
    lines = raftkit("runs").out.splitlines()

    assert "KILLED" in lines[1]
    assert "RUNNING" in lines[2]


def test_hostile_text_in_a_report_is_harmless(raftkit) -> None:
    make_run("20260401T000000Z-1-1", [result("Test\x1b[2J", "failed", reason="a\x1b]0;b\x07\nc")])

    assert all(line.isprintable() for line in raftkit("runs").out.splitlines())


def test_no_runs(raftkit, runs: Path) -> None:
    shutil.rmtree(runs)

    assert (raftkit("runs").code, "raftkit test makes one" in raftkit("runs").out) == (0, True)
    assert raftkit("runs", "show").code == 4


# --- one run ---


def test_a_run_is_shown_with_its_failures(raftkit) -> None:
    said = raftkit("runs", "show", NEW)

    assert said.out.splitlines() == [
        "run      20260302T101500Z-8-2  (2026-03-02 10:15:00)",
        "impl     my_raft.py",
        "verdict  FAIL  1 of 2 passed",
        "time     3.5 s lab, 0.2 s wall",
        f"folder   .raftkit/runs/{NEW}",
        "",
        "PASSED      TestC2A  seed 7  0.0 s lab  a title",
        "FAILED      TestA2A  seed 7  0.0 s lab",
        "    failed: term 2 has 2 leaders",
        "      repeat     raftkit test TestA2A --seed 7",
        f"      trace      .raftkit/runs/{NEW}/TestA2A-7/trace.jsonl   picture: raftkit timeline {NEW}/TestA2A-7",
    ]
    (Path(".raftkit/runs") / NEW / "TestA2A-7/report.html").touch()
    assert raftkit("runs", "show", NEW).out.endswith("trace.jsonl   picture: report.html beside it\n")
    assert "TestC2A" in raftkit("runs", "show").out, "the last one"


# --- less of them ---


def test_pruning_keeps_the_newest(raftkit, runs: Path) -> None:
    said = raftkit("runs", "prune", "--keep", "1")

    assert said.code == 0
    assert said.out.startswith("removed 2 runs, ")
    assert [run.id for run in past_runs()] == [PASSED]
    assert (runs / "last").exists()


def test_pruning_spares_what_is_no_run_and_what_still_runs(raftkit, runs: Path, tmp_path: Path) -> None:
    running = f"20250401T000000Z-1-{os.getpid()}"
    make_run(running, [result("TestC2A", "passed")], "incomplete")
    (runs / "precious").mkdir()
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", runs / "20250101T000000Z-1-1")
    raftkit("runs", "prune", "--keep", "0")

    assert [run.id for run in past_runs()] == [running]
    assert sorted(path.name for path in runs.iterdir()) == ["20250101T000000Z-1-1", running, "precious"]
    assert (tmp_path / "elsewhere").is_dir()


def test_a_failures_folder_has_the_command_as_a_program() -> None:
    """It runs in the folder in which the run was made, wherever one stands."""
    import subprocess

    from raftkit.model import Result, Verdict
    from raftkit.plugin._files import _write_script
    from raftkit.report.record import Record

    script = Path(f".raftkit/runs/{OLD}/TestB2A-7/repeat.sh")
    result = Result(id="TestB2A", part="2A", title="b", verdict=Verdict.FAILED, seed=7, reason="two\nlines")
    _write_script(script, Record(result=result, repeat="sh -c pwd"))
    done = subprocess.run(
        [str(script.resolve()), "more"], cwd="/", capture_output=True, text=True, check=True
    )

    assert done.stdout == f"{Path.cwd()}\n"
