"""The debugger as a person meets it: through a terminal, by the commands that open it."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WRONG = ROOT / "impls/mutants/forgets_its_log.py"
PATIENCE_SECONDS = 60


class Terminal:
    """raftkit at a pseudo-terminal."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        environment = {**os.environ, "TERM": "dumb", "COLUMNS": "200", "NO_COLOR": "1"}
        environment.pop("PYTHONHASHSEED", None)
        self._process = subprocess.Popen(
            [sys.executable, "-m", "raftkit", *arguments],
            cwd=folder, env={**environment, "PYTHONPATH": str(ROOT)}, stdin=slave, stdout=slave, stderr=slave,
        )  # fmt: skip
        os.close(slave)
        self.shown = ""

    def expect(self, text: str) -> None:
        """Read until a text has been shown."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while text not in self.shown:
            assert time.monotonic() < deadline, f"{text!r} never came: {self.shown}"
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self.shown += os.read(self._master, 4096).decode()
                except OSError:  # the other end has closed
                    break
        assert text in self.shown

    def type(self, line: str) -> None:
        os.write(self._master, line.encode() + b"\n")

    def wait(self) -> int:
        self.expect("")
        deadline = time.monotonic() + PATIENCE_SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            try:
                if select.select([self._master], [], [], 0.2)[0]:
                    self.shown += os.read(self._master, 4096).decode()
            except OSError:
                break
        return self._process.wait(timeout=PATIENCE_SECONDS)


@pytest.fixture(scope="module")
def failure(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which a test has failed."""
    folder = tmp_path_factory.mktemp("user")
    command = [sys.executable, "-m", "raftkit", "test", "TestPersist12C", "--impl", str(WRONG), "--seed", "1"]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stdout.decode() + done.stderr.decode()
    return folder


def test_break_at_shows_the_right_server_and_ends_the_same(failure):
    """Its variables are there, time stands still, and afterwards the trace is the same."""
    terminal = Terminal(failure, "replay", "last", "--break-at", "1.0s", "--server", "2")
    terminal.expect("time stands still")
    terminal.type("p 'server', self._me, self.role")
    terminal.expect("('server', 2, ")
    terminal.type("servers")
    terminal.expect("S2  up    connected")
    terminal.type("c")
    assert terminal.wait() == 0
    assert "REPEATED  the same trace" in terminal.shown


def test_break_on_stops_at_a_vote(failure):
    """A topic with conditions."""
    terminal = Terminal(failure, "replay", "last", "--break-on", "VOTE server=2 term=2")
    terminal.expect("S2 logs VOTE")
    terminal.type("p self._me, self.current_term")
    terminal.expect("(2, 2)")
    terminal.type("c")
    assert terminal.wait() == 0
    assert "REPEATED  the same trace" in terminal.shown


def test_break_before_failure_stops_shortly_before_it(failure):
    """Within the last 200 ms."""
    terminal = Terminal(failure, "replay", "last", "--break-before-failure")
    terminal.expect("-- t=1.")
    terminal.type("q")
    assert terminal.wait() == 2


def test_breakpoint_stops_under_test_s(tmp_path):
    """In the student's own frame."""
    source = (ROOT / "impls/reference/raft.py").read_text()
    start = "        with self._lock:\n            if self.role != LEADER:\n                return -1"
    assert start in source
    (tmp_path / "raft.py").write_text(source.replace(start, "        breakpoint()\n" + start, 1))
    terminal = Terminal(tmp_path, "test", "TestBasicAgree2B", "--seed", "5", "-s")
    terminal.expect("breakpoint(); time stands still")
    terminal.type("p command")
    terminal.expect("100")
    terminal.type("q")
    assert terminal.wait() == 2


def test_a_moment_that_is_not_understood_is_refused(failure):
    """With an example."""
    terminal = Terminal(failure, "replay", "last", "--break-at", "soon")
    assert terminal.wait() == 4
    assert "such as 2.310s or 850ms" in terminal.shown
