"""What a test leaves behind in its process must not reach the next one: the child is spent, and replaced."""

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

from raftkit.model import Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner._leftovers import Leftovers
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

SUITE = """\
part: mini
title: a mini suite
tests:
  TestMini:
    title: mini
    servers: 3
    steps:
      - sleep: 1s
"""
HEAD = """
import bisect, json, os, sys, threading, time
import _signal as signal  # whoever reaches below the modules that are refused

class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        self.me = me
        threading.Thread(target=self.body).start()
    def start(self, command): return -1, 1, False
    def get_state(self): return 1, self.me == 0
    def kill(self): pass
    def body(self):
"""
CLEAN = "time.sleep(0.1)"


@pytest.fixture(autouse=True)
def _without_other_tests_leftovers(monkeypatch: pytest.MonkeyPatch) -> None:
    """In pytest's own process the kernel's tests have left tasks behind on purpose; a runner child begins anew."""
    monkeypatch.setattr("raftkit.runner._leftovers.left_behind", lambda: 0)


Run = Callable[[str], tuple[Result, int]]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """``run(body)``: a test whose servers have a thread that does this; the result, and the process it ran in."""
    child = RunnerChild()
    suite = tmp_path / "mini.yaml"
    suite.write_text(SUITE)

    def run_it(body: str) -> tuple[Result, int]:
        implementation = tmp_path / "mini_raft.py"
        implementation.write_text(HEAD + textwrap.indent(textwrap.dedent(body), " " * 8))
        request = RunRequest(
            suite=str(suite),
            test="TestMini",
            implementation=str(implementation),
            seed=1,
            limits=Limits(idle_seconds=1),
        )
        result = child.run(request, About(part="mini", title="mini", servers=3))
        return result, child.start().pid

    yield run_it
    child.close()


@pytest.mark.parametrize("body", [CLEAN, "import asyncio, logging, queue, structlog"])
def test_a_test_that_leaves_nothing_keeps_its_child(run: Run, body: str) -> None:
    """Also where raftkit puts something in its place for the first time."""
    first, second = run(body), run(CLEAN)

    assert first[0].verdict is second[0].verdict is Verdict.PASSED
    assert first[1] == second[1]


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("sys.setrecursionlimit(77)", id="the recursion limit"),
        pytest.param("os.environ['RAFT'] = '1'", id="the environment"),
        pytest.param("signal.signal(signal.SIGALRM, signal.SIG_IGN)", id="a signal handler"),
        pytest.param("signal.setitimer(signal.ITIMER_REAL, 1000)", id="a timer"),
        pytest.param("bisect.bisect_left = len", id="a function of the library"),
        pytest.param("vars(bisect).pop('bisect_left', None)", id="a function that is gone"),
        pytest.param("json.JSONEncoder.default = len", id="a method of the library"),
        pytest.param(
            "while True:\n    try: time.sleep(0.1)\n    except BaseException: pass",
            id="a thread that never ends",
        ),
        pytest.param("json.kept = b'x' * 10**8", id="memory"),
    ],
)
def test_whatever_is_left_the_next_test_runs_in_a_fresh_child(run: Run, body: str) -> None:
    before, child = run(body)
    after, next_child = run(CLEAN)

    assert before.verdict is after.verdict is Verdict.PASSED
    assert child != next_child


def test_a_finalizer_that_never_ends_is_its_own_tests_fault(run: Run) -> None:
    """It runs when the servers' memory is freed: while the watchdog still looks, and before the next test."""
    body = """\
        class Bad:
            def __del__(self):
                while True: pass
        bad = self.bad = Bad()
        bad.itself = bad
    """
    result, _ = run(body)
    after, _ = run(CLEAN)

    assert result.verdict is Verdict.BUSY
    assert "in __del__" in result.failure.details if result.failure else False
    assert after.verdict is Verdict.PASSED


def test_what_was_imported_meanwhile_is_watched_from_then_on(monkeypatch: pytest.MonkeyPatch) -> None:
    leftovers = Leftovers()
    module = ModuleType("brought_along")
    module.look = len  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "brought_along", module)
    assert leftovers.found() == ""

    module.look = max  # type: ignore[attr-defined]
    assert leftovers.found() == "a function of brought_along"
