"""``raftkit stress`` and ``raftkit bisect`` as commands, over the fake runner child."""

import json
import os
import re
import signal
import time
from pathlib import Path

import pytest
from stress_fakes import FAIL, start

from raftkit.stress.journal import Entry, JournalReader


def lines(folder: Path) -> list[Entry]:
    return list(JournalReader(folder / "journal.jsonl", Entry).new(to_the_end=True))


def wait_for(condition, seconds=60.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def processes(mark: str) -> list[str]:
    """Command lines of processes that work for a run: each names its folder, or is a child of one that does."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                environment = (entry / "environ").read_bytes()
                command = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in environment and command:
                found.append(command.decode(errors="replace"))
    return found


def test_a_clean_run_ends_with_a_bound_on_the_rate(lab, raftkit):
    lab()
    done = raftkit("stress", "2A.yaml", "-n", "20", "-j", "2", "-o", "out", "--json", "o.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 of 40 failed: the failure rate is below 7.2 % at 95 % confidence" in done.stdout
    assert "PASS  40 runs  raft.py" in done.stdout
    assert len(lines(Path("out"))) == 40
    report = json.loads(Path("o.json").read_text())
    assert (report["all"]["runs"], report["all"]["failed"], report["verdict"]) == (40, 0, "passed")
    assert sorted(path.name for path in Path("out").iterdir()) == ["journal.jsonl", "run.json", "stress.json"]


def test_failures_are_grouped_and_kept_and_repeatable(lab, raftkit):
    lab(
        "if 'First' in request.test and request.seed % 2:",
        f"    {FAIL}",
        "if request.seed == 8:",
        "    os._exit(3)",
    )
    done = raftkit("stress", "2A.yaml", "--seeds", "1..10", "-j", "2", "-o", "out", "--json", "o.json")
    assert done.returncode == 1
    assert "7 of 20 failed: a failure rate of 35 %" in done.stdout
    report = json.loads(Path("o.json").read_text())
    assert report["not_judged"] == []
    assert [(group["kind"], group["count"]) for group in report["groups"]] == [
        ("Broken", 5),
        ("ProcessDied", 2),
    ]
    assert re.search(r"raftkit test 2A\.yaml::TestFirst2A --impl raft\.py --seed [13579]\n", done.stdout)
    kept = sorted(path.name for path in Path("out").glob("Test*"))
    assert len(kept) == 5  # three of the one kind, both of the other
    case = Path("out") / next(name for name in kept if "First" in name and name != "TestFirst2A-8")
    assert {path.name for path in case.iterdir()} == {"trace.jsonl", "result.json", "repeat.sh", "suite.yaml"}


def test_until_fail_ends_soon_after_the_first_failure(lab, raftkit):
    """Seeds go on without end until then."""
    lab("time.sleep(0.01)", "if request.seed % 7 == 3:", f"    {FAIL}")
    done = raftkit("stress", "2A.yaml", "--until-fail", "-p", "2", "-o", "out")
    assert done.returncode == 1
    assert 1 <= sum(line.has_failed for line in lines(Path("out"))) < 50


def test_for_ends_in_time_and_what_is_inconclusive_is_counted_apart(lab, raftkit):
    lab("time.sleep(0.01)", "return {'verdict': Verdict.VACUOUS} if request.seed % 2 else None")
    done = raftkit("stress", "2A.yaml", "--for", "1s", "-s", "-j", "1", "-o", "out")
    assert done.returncode == 3
    assert "vacuous: nothing broke, but what the test is about never happened" in done.stdout
    assert "INCONCLUSIVE" in done.stdout


def test_ctrl_c_says_what_is_known_and_leaves_nothing_running_and_resume_goes_on(lab, raftkit, monkeypatch):
    lab("time.sleep(0.05)")
    mark = f"RAFTKIT_STRESS_TEST={os.getpid()}-{time.monotonic_ns()}"
    monkeypatch.setenv(*mark.split("=", 1))
    running = start("stress", "2A.yaml", "-n", "40", "-j", "2", "-o", "out", start_new_session=True)
    monkeypatch.delenv("RAFTKIT_STRESS_TEST")
    wait_for(lambda: Path("out/journal.jsonl").exists() and len(lines(Path("out"))) >= 5)
    os.killpg(running.pid, signal.SIGINT)  # as a terminal does
    stdout, _ = running.communicate(timeout=60)
    assert running.returncode == 2
    assert "the failure rate is below" in stdout
    assert "raftkit stress --resume out" in stdout
    wait_for(lambda: not processes(mark))
    before = len(lines(Path("out")))

    done = raftkit("stress", "--resume", "out", "-j", "2")
    assert done.returncode == 0
    assert f"{before} runs done already" in done.stdout
    assert "0 of 80 failed" in done.stdout
    assert len({(line.test, line.seed) for line in lines(Path("out"))}) == len(lines(Path("out"))) == 80


def test_a_kill_loses_the_runs_under_way_alone(lab, raftkit, monkeypatch):
    lab("time.sleep(0.05)")
    mark = f"RAFTKIT_STRESS_TEST={os.getpid()}-{time.monotonic_ns()}"
    monkeypatch.setenv(*mark.split("=", 1))
    running = start("stress", "2A.yaml", "-n", "10", "-j", "2", "-o", "out")
    monkeypatch.delenv("RAFTKIT_STRESS_TEST")
    wait_for(lambda: Path("out/journal.jsonl").exists() and len(lines(Path("out"))) >= 3)
    running.kill()
    running.communicate()
    wait_for(lambda: not processes(mark))
    done = raftkit("stress", "--resume", "out", "-n", "12")  # and two more
    assert done.returncode == 0
    assert "0 of 24 failed" in done.stdout


def test_an_implementation_that_changed_is_another(lab, raftkit):
    lab()
    assert raftkit("stress", "2A.yaml", "-n", "2", "-o", "out").returncode == 0
    lab("return None")
    done = raftkit("stress", "--resume", "out", "-n", "4")
    assert done.returncode == 4
    assert "raft.py changed since that run began" in done.stderr


def test_what_cannot_be_plugged_in_is_refused(lab, raftkit):
    folder = lab()
    (folder / "raft.py").write_text("nothing = 0\n")
    done = raftkit("stress", "2A.yaml", "-n", "2", "-o", "out")
    assert done.returncode == 4
    assert done.stderr.startswith("ContractError: no class here has the lab's methods")


def test_a_journal_that_cannot_be_written_ends_the_run_with_what_is_known(lab, raftkit):
    """As on a full disk: here a limit on the size of files."""
    lab("time.sleep(0.005)")
    limit = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))\n"
    done = raftkit("stress", "2A.yaml", "-n", "500", "-j", "1", "-o", "out", before=limit)
    assert done.returncode == 3
    assert "error: " in done.stdout
    assert "File too large" in done.stdout
    assert "the failure rate is below" in done.stdout
    assert len(lines(Path("out"))) > 20


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["-n", "zero"], "'zero' is no number of runs"),
        (["--for", "soon"], "'soon' is no duration"),
        (["--seeds", "1..5", "-n", "5"], "give one of --seeds and -n"),
        (["--keep", "some"], "few, failing, all"),
        (["--resume", "nowhere"], "there is no stress run 'nowhere'"),
        (["--json", "nowhere/o.json"], "cannot be written"),
    ],
)
def test_wrong_options_are_refused_with_what_is_right(lab, raftkit, arguments, says):
    lab()
    done = raftkit("stress", *([] if "--resume" in arguments else ["2A.yaml"]), *arguments)
    assert done.returncode == 4
    assert says in " ".join(done.stderr.replace("│", " ").split())


def test_bisect_says_what_was_fixed_and_what_broke(lab, raftkit):
    lab("if request.seed % 2 and request.network_salt % 2 == 0:", f"    {FAIL}")
    lab("if request.seed == 4 and 'Second' in request.test:", f"    {FAIL}", file="new.py")
    done = raftkit(
        *("bisect", "raft.py", "new.py", "2A.yaml", "--seeds", "1..10", "--neighbourhood", "4"),
        "--json",
        "o.json",
    )
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(Path("o.json").read_text())
    first, second = report["tests"]
    assert [case["seed"] for case in first["fixed"]] == [1, 3, 5, 7, 9]
    assert [case["seed"] for case in second["broke"]] == [4]
    assert [(near["old"]["failed"], near["old"]["of"], near["new"]["failed"]) for near in report["neighbourhood"]] == [
        (10, 20, 0), (10, 20, 0),
    ]  # fmt: skip
    assert "fixed  TestFirst2A 1,3,5,7,9" in done.stdout
    assert "BETTER" in done.stdout


def test_bisect_ends_with_1_when_something_broke(lab, raftkit):
    lab()
    lab("if request.seed % 2:", f"    {FAIL}", file="new.py")
    done = raftkit("bisect", "raft.py", "new.py", "2A.yaml", "--seeds", "1..20", "-j", "1")
    assert done.returncode == 1
    assert "WORSE" in done.stdout
