"""``raftkit test`` as its users meet it: a process with output, files and an exit code."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from raftkit.cli._main import run

FAIL_SECOND = (
    "if 'Second' in request.test:",
    "    failure = Failure(kind='Broken', summary='it \\x1b[31mbroke', advice='mend it')",
    "    return {'verdict': Verdict.FAILED, 'reason': 'it broke', 'failure': failure}",
)


def without_real_seconds(text: str) -> str:
    """The output with what a real clock or processor measured taken out."""
    text = re.sub(r"(\d+/\d+ +\d+\.\d)( +\d+\.\d\d){2}", r"\1", text)
    return re.sub(r"\d+\.\d s wall, \d+\.\d s CPU", "...", text)


def test_a_run_looks_like_the_lab_and_is_the_same_on_one_core_and_on_two(lab, raftkit) -> None:
    lab(*FAIL_SECOND)
    outputs = [raftkit("test", "2A.yaml", "--seed", "7", "-j", jobs) for jobs in ("1", "2")]

    assert {output.returncode for output in outputs} == {1}
    assert outputs[0].stderr == outputs[1].stderr == ""
    assert without_real_seconds(outputs[0].stdout) == without_real_seconds(outputs[1].stdout)
    assert without_real_seconds(outputs[0].stdout) == (
        "raftkit: raft.py   seed 7   (no --impl given)\n"
        "Test (2A): testfirst2a ...\n"
        "  ... Passed --   3.0  3   58   16840    0\n"
        "Test (2A): testsecond2a ...\n"
        "  ... FAILED --   3.0  3   58   16840    0\n"
        "    Broken: it broke\n"
        "      repeat     raftkit test 2A.yaml::TestSecond2A --impl raft.py --seed 7\n"
        "      smaller    raftkit shrink .raftkit/runs/last/TestSecond2A-7\n"
        "      trace      .raftkit/runs/last/TestSecond2A-7/trace.jsonl   picture: report.html beside it\n"
        "      try        mend it\n"
        "Test (2A): testthird2a ...\n"
        "  ... Passed --   3.0  3   58   16840    0\n"
        "\n"
        "part     passed    lab s   wall s    CPU s\n"
        "2A          2/3      9.0  FAIL\n"
        "\n"
        "FAIL  2 passed, 1 failed  raft.py  seed 7  9.0 s lab, ...\n"
    )


def test_the_command_that_a_failure_prints_repeats_it(lab, raftkit) -> None:
    lab(*FAIL_SECOND)
    output = raftkit("test", "2A.yaml", "-j", "1", "--test-limit", "2m").stdout
    command = re.search(r"repeat +raftkit (.*)", output)
    assert command is not None
    again = raftkit(*command[1].split())

    assert again.returncode == 1
    assert command[0] in again.stdout


def test_who_judged_is_a_part_of_what_repeats_a_failure(lab, raftkit) -> None:
    lab("if request.mode.oracles == 'lab':", *(f"    {line}" for line in FAIL_SECOND))
    assert raftkit("test", "2A.yaml", "-j", "1").returncode == 0
    output = raftkit("test", "2A.yaml", "-j", "1", "--oracles", "lab", "--seed", "7").stdout

    assert "raftkit test 2A.yaml::TestSecond2A --impl raft.py --seed 7 --oracles=lab\n" in output
    assert "REPEATED" in raftkit("replay").stdout


def test_quiet_prints_failures_and_the_last_line_alone(lab, raftkit) -> None:
    lab(*FAIL_SECOND)
    lines = raftkit("test", "2A.yaml", "-q", "--seed", "7").stdout.splitlines()

    assert lines[0] == "Test (2A): testsecond2a ..."
    assert lines[-1].startswith("FAIL  2 passed, 1 failed")
    assert len(lines) == 8


def test_verbose_prints_log_lines_under_the_name_of_their_test(lab, raftkit) -> None:
    lab(
        "from raftkit.runner.request import LogEvent",
        "on_log(LogEvent(at_ns=1_500_000, server=1, topic='vote', text='granted\\x07', fields={'to': '2'}))",
    )
    lines = raftkit("test", "2A.yaml::TestFirst2A", "-v").stdout.splitlines()

    assert lines[1:3] == [
        "Test (2A): first ...",
        "   0.001500s  S1  vote        granted                                   to=2",
    ]
    assert lines[3].startswith("  ... Passed")


def test_failures_leave_trace_and_result_and_passes_are_swept_away(lab, raftkit) -> None:
    folder = lab(*FAIL_SECOND)
    raftkit("test", "2A.yaml", "--seed", "7")
    last = folder / ".raftkit" / "runs" / "last"

    assert sorted(path.name for path in last.iterdir()) == ["TestSecond2A-7", "run.json"]
    assert sorted(path.name for path in (last / "TestSecond2A-7").iterdir()) == [
        "repeat.sh",
        "result.json",
        "suite.yaml",
        "trace.jsonl",
    ]
    assert json.loads((last / "TestSecond2A-7" / "result.json").read_text())["failure"]["kind"] == "Broken"
    assert (folder / ".raftkit" / ".gitignore").read_text() == "*\n"


def test_trace_keeps_all_traces(lab, raftkit) -> None:
    folder = lab(*FAIL_SECOND)
    raftkit("test", "2A.yaml", "--seeds", "1,2", "--trace", "traces/here")

    assert len(list((folder / "traces" / "here").glob("Test*2A-[12].jsonl"))) == 6


def test_where_nothing_can_be_written_the_run_goes_on_with_a_warning(lab, raftkit) -> None:
    folder = lab(*FAIL_SECOND)
    (folder / ".raftkit").write_text("a file is in the way")
    output = raftkit("test", "2A.yaml", "--seed", "7")

    assert output.returncode == 1
    assert output.stdout.count("warning: no run folder") == 1
    assert output.stdout.count("warning: no traces are kept") == 1
    assert "2 passed, 1 failed" in output.stdout


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        (("pass",), 0),
        (("os._exit(1)",), 1),
        (("return {'verdict': Verdict.VACUOUS, 'reason': 'no leader crashed'}",), 3),
        (("raise ValueError('our bug')",), 3),
    ],
)
def test_exit_codes_tell_what_happened(lab, raftkit, behaviour: tuple[str, ...], code: int) -> None:
    lab(*behaviour)

    assert raftkit("test", "2A.yaml", "-j", "1").returncode == code


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--seed", "x"], 4, "'x' is no seed: write a whole number"),
        (["--seeds", "9..1"], 4, "'9..1' runs backwards: write 1..9"),
        (["--seed", "1", "--seeds", "2"], 4, "one of --seed and --seeds"),
        (["--test-limit", "soon"], 4, "'soon' is no duration: write 120s, 2m, 1.5h or 500ms"),
        (["--jobs", "many"], 4, "'many' is no number of jobs: write a whole number"),
        (["-k", "and"], 4, "'and' is no phrase: write words joined by and, or, not"),
        (["-k", "nothing"], 5, "there is no test that fits"),
        (["--json", "missing/out.json"], 4, "missing/out.json cannot be written"),
        (["--trace", "2A.yaml"], 4, "2A.yaml cannot be written"),
        (["--impl", "nowhere"], 4, "there is no implementation 'nowhere'"),
        (["-q", "-v"], 4, "one of --quiet and --verbose"),
        (["nosuch.yaml"], 4, "nosuch.yaml"),
        (["TestNoSuch2A"], 4, "there is no test or suite `TestNoSuch2A`"),
        (["--frobnicate"], 4, "No such option: --frobnicate"),
    ],
)
def test_what_is_refused_says_what_is_accepted_and_runs_nothing(
    lab, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    lab()
    returned = run(["test", "2A.yaml", *arguments])
    output = capsys.readouterr()

    assert (returned, message in output.err) == (code, True), output.err
    assert "Traceback" not in output.err
    assert output.out == ""


def test_an_implementation_of_the_wrong_shape_is_refused_before_any_test(lab, raftkit) -> None:
    folder = lab()
    (folder / "raft.py").write_text("class Raft: pass\n")
    output = raftkit("test", "2A.yaml")

    assert output.returncode == 4
    assert output.stderr.startswith("ContractError: no class here has the lab's methods\n  where ")
    assert "Passed" not in output.stdout


def test_fail_fast_stops_at_the_first_failure(lab, raftkit) -> None:
    lab(*FAIL_SECOND)
    output = raftkit("test", "2A.yaml", "-x", "-j", "1")

    assert output.returncode == 1
    assert "third" not in output.stdout


def test_keywords_choose_tests_by_name_and_title(lab, raftkit) -> None:
    lab()
    output = raftkit("test", "2A.yaml", "-j", "1", "-k", "not (second or THIRD)", "--json", "out.json")

    assert output.returncode == 0
    assert [test["id"] for test in json.loads(Path("out.json").read_text())["tests"]] == ["TestFirst2A"]


def test_the_user_s_pytest_is_left_alone(lab, raftkit, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither their options nor their conftest.py nor their plugins have a say in a run of suites."""
    folder = lab()
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --no-such-option\n")
    (folder / "conftest.py").write_text("raise SystemExit('conftest')\n")
    monkeypatch.setenv("PYTEST_ADDOPTS", "--no-such-option-either")

    assert raftkit("test", "2A.yaml").returncode == 0


def test_files_named_like_modules_hide_nothing(lab, raftkit) -> None:
    """A student's folder may well hold a queue.py."""
    folder = lab()
    for name in ("queue", "random", "threading", "types", "msgspec", "yaml"):
        (folder / f"{name}.py").write_text("raise SystemExit('the wrong module')\n")
    # As the installed command does it: a script's folder, not the current one, is on the path.
    command = [sys.executable, "-P", "-m", "raftkit", "test", "2A.yaml", "-j", "2"]
    output = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert (output.returncode, output.stderr) == (0, "")


def test_json_and_junit_reports_are_written(lab, raftkit) -> None:
    lab(*FAIL_SECOND)
    raftkit("test", "2A.yaml", "--seed", "7", "--json", "out.json", "--junit", "out.xml")
    report = json.loads(Path("out.json").read_text())

    assert (report["schema_version"], report["seed"], report["verdict"]) == (1, 7, "failed")
    assert report["implementation"] == "raft.py"
    assert [test["verdict"] for test in report["tests"]] == ["passed", "failed", "passed"]
    assert report["tests"][1]["repeat"] == "raftkit test 2A.yaml::TestSecond2A --impl raft.py --seed 7"
    assert report["lab_seconds"] == 9.0
    assert 'failures="1"' in Path("out.xml").read_text()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_an_interrupted_run_keeps_what_it_knows_and_leaves_no_process(
    lab, jobs: str, number: signal.Signals
) -> None:
    lab(
        "open(f'{os.getpid()}.pid', 'w')",
        "if 'Third' in request.test or 'First' in request.test and os.path.exists('second'): time.sleep(60)",
        "if 'Second' in request.test: open('second', 'w')",
    )
    command = [sys.executable, "-m", "raftkit", "test", "2A.yaml", "-j", jobs, "--json", "out.json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    wait_for(lambda: count_tests("out.json") >= 1 and len(list(Path().glob("*.pid"))) >= int(jobs))
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)

    assert process.returncode == 2
    assert output.splitlines()[-1].startswith("INTERRUPTED  ")
    assert json.loads(Path("out.json").read_text())["verdict"] == "interrupted"
    assert count_tests("out.json") >= 1
    for path in Path().glob("*.pid"):
        wait_for(lambda path=path: not is_alive(int(path.stem)))


def test_a_killed_run_leaves_its_results_and_no_process(lab) -> None:
    lab("open(f'{os.getpid()}.pid', 'w')", "time.sleep(60 if 'Third' in request.test else 0)")
    command = [sys.executable, "-m", "raftkit", "test", "2A.yaml", "-j", "1", "--json", "out.json"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(lambda: count_tests("out.json") == 2)
    process.kill()
    process.wait()

    assert json.loads(Path("out.json").read_text())["verdict"] == "incomplete"
    for path in Path().glob("*.pid"):
        wait_for(lambda path=path: not is_alive(int(path.stem)))


def test_when_nobody_reads_any_more_the_run_ends_quietly(lab) -> None:
    lab("time.sleep(0.05)")
    command = [sys.executable, "-m", "raftkit", "test", "2A.yaml", "--seeds", "1..20"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()

    assert process.wait(timeout=30) == 2
    assert process.stderr.read() == ""
    process.stderr.close()


def wait_for(condition) -> None:
    """Wait until something holds, within a generous while."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def count_tests(path: str) -> int:
    """How many tests a report has; none while there is no report."""
    return len(json.loads(Path(path).read_text())["tests"]) if os.path.exists(path) else 0


def is_alive(pid: int) -> bool:
    """Whether a process runs, zombies apart."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
