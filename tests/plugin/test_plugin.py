"""Suites as pytest sees them: what is collected, how it is named, run, ordered and reported."""

import json

import pytest

pytest_plugins = "pytester"

FAIL_SECOND = 'return failed(request) if "Second" in request.test else None'


def test_a_suite_is_collected_one_item_a_test(pytester: pytest.Pytester, write) -> None:
    folder = write()
    (folder / "other.yaml").write_text("part: of something else\n")
    result = pytester.runpytest(str(folder), "--collect-only", "-q")

    names = [line.rpartition("::")[2] for line in result.outlines if "::" in line]
    assert names == ["TestFirst2A", "TestSecond2A", "TestThird2A"]


def test_several_seeds_make_several_items(pytester: pytest.Pytester, write) -> None:
    result = pytester.runpytest(str(write()), "--collect-only", "-q", "--seeds", "1..2")

    names = [line.rpartition("::")[2] for line in result.outlines if "::" in line]
    assert names == [f"Test{which}2A[{seed}]" for seed in (1, 2) for which in ("First", "Second", "Third")]


def test_a_test_can_be_named_without_its_seed(pytester: pytest.Pytester, write) -> None:
    folder = write()
    result = pytester.runpytest(
        f"{folder}/2A.yaml::TestThird2A", "--seeds", "1,5", "-v", "--impl", f"{folder}"
    )

    result.assert_outcomes(passed=2)


def test_passes_and_failures_are_reported_in_pytest_s_way(pytester: pytest.Pytester, write) -> None:
    folder = write(FAIL_SECOND)
    result = pytester.runpytest(str(folder), "--impl", f"{folder}/raft.py", "--seed", "7")

    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "raftkit: */raft.py, seed 7",
            "*TestSecond2A*",
            "ElectionSafetyViolated: term 4 has two leaders",
            "  where      2A.yaml:4  TestSecond2A, step 1, t=2.314s",
            "  expected   at most one leader in a term (Raft §5.2)",
            "  repeat     raftkit test 2A.yaml::TestSecond2A --impl */raft.py --seed 7",
            "  smaller    raftkit shrink */TestSecond2A-7",
            "  trace      */TestSecond2A-7/trace.jsonl   picture: report.html beside it",
            "2A  *2/3 * FAIL",
            "FAIL  2 passed, 1 failed  */raft.py  seed 7  9.0 s lab, *",
        ]
    )
    assert "Traceback" not in result.stdout.str()
    assert result.ret == 1


def test_a_drawn_seed_is_said_first_and_is_the_same_in_every_worker(pytester: pytest.Pytester, write) -> None:
    folder = write()
    result = pytester.runpytest_subprocess(
        str(folder), "--impl", str(folder), "-n", "2", "--result-json", "out"
    )
    report = json.loads((folder / "out").read_text())

    assert len(report["tests"]) == 3
    assert {test["seed"] for test in report["tests"]} == {report["seed"]}
    result.stdout.fnmatch_lines([f"raftkit: *, seed {report['seed']}"])


def test_workers_run_the_longest_first_and_the_report_is_in_suite_order(
    pytester: pytest.Pytester, write
) -> None:
    folder = write("open('order', 'a').write(request.test + '\\n'); time.sleep(0.02)")
    args = (str(folder), "--impl", str(folder), "--result-json", "out")
    pytester.runpytest_subprocess(*args, "-n", "1")
    ran = (folder / "order").read_text().split()
    report = json.loads((folder / "out").read_text())

    assert ran == ["TestSecond2A", "TestThird2A", "TestFirst2A"]
    assert [test["id"] for test in report["tests"]] == ["TestFirst2A", "TestSecond2A", "TestThird2A"]


def test_the_total_limit_cuts_in_suite_order_and_the_rest_is_not_run(
    pytester: pytest.Pytester, write
) -> None:
    folder = write("open('order', 'a').write(request.test + '\\n')")
    args = (str(folder), "--impl", str(folder), "--total-limit", "4s", "--result-json", "out")
    result = pytester.runpytest(*args)
    report = json.loads((folder / "out").read_text())

    assert [test["verdict"] for test in report["tests"]] == ["passed", "timed_out", "not_run"]
    assert report["verdict"] == "failed"
    assert "TestThird2A" not in (folder / "order").read_text()  # not even started
    assert result.ret == 1


def test_a_wrong_shape_stops_the_run_before_its_first_test(pytester: pytest.Pytester, write) -> None:
    folder = write()
    (folder / "raft.py").write_text("x = 1\n")
    for options in ([], ["-n", "2"]):
        result = pytester.runpytest_subprocess(str(folder), "--impl", str(folder), *options)

        assert result.ret == 4
        assert "ContractError: no class here has the lab's methods" in result.stdout.str()
        assert "passed" not in result.stdout.str()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--impl", "nowhere.py"], "there is no implementation 'nowhere.py'"),
        (["--seed", "x"], "--seed: 'x' names no seeds: write 7, 1..50 or 1,2,5"),
        (["--seed", "1", "--seeds", "2"], "--seed and --seeds exclude each other"),
        (["--test-limit", "soon"], "--test-limit: 'soon' is no duration: write 120s, 2m, 1.5h or 500ms"),
        (["--result-json", "/nowhere/out.json"], "--result-json: /nowhere/out.json cannot be written"),
    ],
)
def test_a_wrong_option_is_refused_with_what_is_right(
    pytester: pytest.Pytester, write, options: list[str], message: str
) -> None:
    result = pytester.runpytest(str(write()), *options)

    assert result.ret == 4
    assert message in result.stderr.str()


def test_a_suite_that_is_not_well_formed_says_where(pytester: pytest.Pytester, write) -> None:
    folder = write(
        suite="part: 2A\ntitle: t\ntests:\n  TestX2A: {title: x, servers: 3, steps: [{jump: 1}]}\n"
    )
    result = pytester.runpytest(str(folder))

    assert "2A.yaml:4:" in result.stdout.str()
    assert "Traceback" not in result.stdout.str()


def test_a_run_of_ordinary_tests_hears_nothing_of_raftkit(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The plugin is loaded wherever raftkit is installed."""
    monkeypatch.delenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    monkeypatch.delenv("PYTEST_PLUGINS")
    pytester.makepyfile("def test_a(): pass")
    result = pytester.runpytest_subprocess()

    result.assert_outcomes(passed=1)
    assert "raftkit-lab" in result.stdout.str()  # among the plugins
    assert "raftkit:" not in result.stdout.str()
    assert not (pytester.path / ".raftkit").exists()


def test_loading_the_plugin_loads_nothing_else() -> None:
    import subprocess
    import sys

    code = (
        "import sys, raftkit.plugin, raftkit.plugin.options, raftkit.plugin.run\n"
        "print(*sorted(name for name in sys.modules if name.startswith('raftkit')))\n"
        "assert not {'msgspec', 'rich', 'yaml', 'structlog', 'greenlet'} & set(sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout

    assert "raftkit.suite" not in loaded
    assert "raftkit.report" not in loaded


def test_live_logs_are_shown_although_pytest_captures_output(pytester: pytest.Pytester, write) -> None:
    folder = write(
        "from raftkit.runner.request import LogEvent\n"
        "on_log(LogEvent(at_ns=1_500_000, server=1, topic='vote', text='granted', fields={'to': '2'}))"
    )
    result = pytester.runpytest_subprocess(str(folder), "--impl", str(folder), "--live-logs")

    result.stdout.fnmatch_lines(["   0.001500s  S1  vote        granted * to=2"])
    result.assert_outcomes(passed=3)


def test_a_dead_worker_is_an_inconclusive_test_and_the_rest_goes_on(pytester: pytest.Pytester, write) -> None:
    folder = write("if 'Second' in request.test: os.kill(os.getppid(), 9); time.sleep(30)")
    result = pytester.runpytest_subprocess(
        str(folder), "--impl", str(folder), "-n", "2", "--result-json", "out"
    )
    report = json.loads((folder / "out").read_text())

    verdicts = {test["id"]: test["verdict"] for test in report["tests"]}
    assert verdicts == {"TestFirst2A": "passed", "TestThird2A": "passed", "TestSecond2A": "error"}
    assert result.ret == 3


def test_a_run_whose_only_trouble_is_ours_is_inconclusive(pytester: pytest.Pytester, write) -> None:
    folder = write("raise ValueError('our bug')")
    result = pytester.runpytest(str(folder), "--impl", str(folder))

    assert result.ret == 3
    assert "this says nothing about the implementation" in result.stdout.str()
