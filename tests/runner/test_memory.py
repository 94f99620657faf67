"""Memory: what grows too much is stopped, one giant allocation fails where it is made, and the rest is let be."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from raftkit.errors import ContractError
from raftkit.model import Limits, Result, Verdict
from raftkit.runner import RunRequest
from raftkit.runner.endings import About
from raftkit.runner.parent import RunnerChild

LIMIT = Limits(memory_bytes=64 * 2**20)
SUITE = """\
part: mini
title: a mini suite
tests:
  TestMini:
    title: mini
    servers: 3
    steps:
      - sleep: 20s
"""
HEAD = """
import threading, time

class Raft:
    def __init__(self, peers, me, persister, apply_ch):
        self.peers, self.me = peers, me
        threading.Thread(target=self.body).start()
    def start(self, command): return -1, 1, False
    def get_state(self): return 1, self.me == 0
    def kill(self): pass
    def take(self, args): return len(args)
    def give(self, args): return b"x" * args
    def body(self):
"""

Run = Callable[[str], Result]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """``run(body)``: a test in a runner child; each server has a thread that does this."""
    child = RunnerChild()
    suite = tmp_path / "mini.yaml"
    suite.write_text(SUITE)
    implementation = tmp_path / "mini_raft.py"

    def run_it(body: str) -> Result:
        implementation.write_text(HEAD + textwrap.indent(textwrap.dedent(body), " " * 8))
        request = RunRequest(
            suite=str(suite), test="TestMini", implementation=str(implementation), seed=1, limits=LIMIT
        )
        return child.run(request, About(part="mini", title="mini", servers=3))

    yield run_it
    child.close()


def test_what_only_grows_is_stopped_and_its_line_is_shown(run: Run) -> None:
    result = run("""\
        hoard = []
        while True:
            time.sleep(0.001)
            hoard.append(b"x" * 100_000)
    """)

    assert result.verdict is Verdict.FAILED
    assert result.reason == "used more than 64 MiB of memory (--memory-limit changes the limit)"
    assert result.failure is not None
    assert result.failure.kind == "MemoryLimitExceeded"
    assert "hoard.append" in result.failure.details


def test_one_giant_allocation_fails_where_it_is_made(run: Run) -> None:
    result = run("bytes(10**11)")

    assert result.verdict is Verdict.CRASHED
    assert result.failure is not None
    assert result.failure.kind == "MemoryError"
    assert result.failure.expected == "no attempt to get more than 256 MiB (--memory-limit changes it)"
    assert "bytes(10**11)" in result.failure.details


def test_a_giant_allocation_at_import_is_refused(tmp_path: Path) -> None:
    child = RunnerChild()
    implementation = tmp_path / "mini_raft.py"
    implementation.write_text("table = bytes(10**11)\n" + HEAD + "        pass\n")

    with pytest.raises(ContractError, match="MemoryError"):
        child.check(str(implementation))
    child.close()


def test_much_memory_is_no_fault_and_what_was_used_before_does_not_count(run: Run) -> None:
    """Three servers with 10 MB each, in several tests of one child."""
    for _ in range(4):
        assert run("self.state = bytearray(b'x' * 10_000_000)").verdict is Verdict.PASSED


@pytest.mark.parametrize(
    ("call", "what"),
    [
        pytest.param('"take", b"x" * 20_000_000', "args", id="arguments"),
        pytest.param('"give", 20_000_000', "reply", id="a-reply"),
    ],
)
def test_a_message_has_a_longest_length(run: Run, call: str, what: str) -> None:
    result = run(f"time.sleep(1); self.peers[(self.me + 1) % 3].call({call})")

    assert result.failure is not None
    assert result.failure.kind == "MarshalError"
    assert f"{what} would be a message of 19.1 MiB, and the longest has 16 MiB" in result.reason


def test_a_long_message_that_is_short_enough_arrives(run: Run) -> None:
    result = run(
        'time.sleep(1); assert self.peers[(self.me + 1) % 3].call("take", b"x" * 4_000_000) == 4_000_000'
    )

    assert result.verdict is Verdict.PASSED


def test_thousands_of_threads_are_no_fault(run: Run) -> None:
    result = run("for _ in range(1_000): threading.Thread(target=time.sleep, args=(1,)).start()")

    assert result.verdict is Verdict.PASSED
