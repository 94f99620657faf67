"""One test in a process of its own: started, looked at now and then, ended with its group."""

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from raftkit.gotest.build import Way
from raftkit.gotest.output import Output
from raftkit.model import SECOND, Clock, Limits
from raftkit.runner.isolated import SharedWatchdog
from raftkit.worlds.go import environment
from raftkit.worlds.process import MakeWatch, die_with_parent, kill_running_thread, sample_of

LOOK_SECONDS = 0.1
READ_BYTES = 1 << 18
READS_A_LOOK = 16
DUMP_SECONDS = 2.0
"""How long a process that is to end may take to write down its stacks."""
LONGEST_OUTPUT = 1 << 30
"""Bytes. An implementation that logs everything has been seen to print 300 MB in one test."""
EPOCH_NS = 1_257_894_000 * SECOND
"""When Go's fake time begins."""
OVERTIME_SECONDS = 10.0
"""In real time, how long after its limit a test may take to say that it was reached."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a process ended.

    Attributes:
        code: Its exit code, negative for a signal.
        strike: What ended it: ``idle``, ``cpu``, ``memory``, ``starved``, ``output`` or ``time``; empty for
            its own end.
        text: What it printed, as much as was kept; untrusted.
        lab_ns: How long it took on its own clock.
        wall_seconds: How long it took in real time.
        cpu_seconds: Processor time of it and its children.
    """

    code: int
    strike: str
    text: str
    lab_ns: int
    wall_seconds: float
    cpu_seconds: float


class TestProcess:
    """A process that runs one test.

    Args:
        program: The package's tests, built.
        arguments: For Go's testing.
        chance: Names the chance of its runtime, in virtual time.
        way: How time passes.
        limits: What it may use.
    """

    __test__ = False  # pytest: the name is Go's

    def __init__(self, program: Path, arguments: list[str], chance: str, way: Way, limits: Limits) -> None:
        self._way, self._limits = way, limits
        self._output = Output()
        self._strike = ""
        self._folder = tempfile.mkdtemp(prefix="raftkit-gotest-")
        self._clock = os.memfd_create("clock")
        os.ftruncate(self._clock, resource.getpagesize())
        # Both ends stay open here to the end, so that it is never readable without a reason.
        self._printed, self._printing = os.pipe()
        os.set_blocking(self._printed, False)
        self._popen = subprocess.Popen(
            [str(program), *arguments],
            stdin=subprocess.PIPE,
            stdout=self._printing,
            stderr=self._printing,
            bufsize=0,
            cwd=self._folder,
            env=_environment(way, limits, self._clock),
            pass_fds=(self._clock,),
            start_new_session=True,
            preexec_fn=_born,
        )
        assert self._popen.stdin is not None
        with contextlib.suppress(BrokenPipeError), self._popen.stdin as requests:
            if way is Way.VIRTUAL:
                requests.write(sha256(chance.encode()).digest())
        self._ending = os.pidfd_open(self._popen.pid)
        self.descriptors = (self._printed, self._ending)
        """Readable when it has printed something, and when it has ended."""
        self._began = self._looked = time.monotonic()
        self._seen_ns = 0
        make_watch: MakeWatch = partial(SharedWatchdog, limits, {})
        self._watch = make_watch(self._began, sample_of(self._popen.pid))

    def look(self) -> Ended | None:
        """Read what it has printed, and see that it keeps within its limits; say how it ended, if it has."""
        self._read()
        now = time.monotonic()
        if self._has_ended():
            return self._end()
        if now - self._looked >= LOOK_SECONDS:
            self._looked = now
            self._strike = self._find_strike(now)
        if self._strike:
            self._ask_for_stacks()
            return self._end()
        return None

    def kill(self) -> None:
        """End it now."""
        self._end()

    def _find_strike(self, now: float) -> str:
        if self._output.bytes > LONGEST_OUTPUT:
            return "output"
        sample = sample_of(self._popen.pid)
        if self._way is not Way.VIRTUAL:
            if now - self._began > self._limits.test_ns / SECOND + OVERTIME_SECONDS:
                return "time"
            self._watch.beat(now, sample)  # it may sleep for as long as it likes
        elif (seen := self._lab_ns()) != self._seen_ns:
            self._seen_ns = seen
            self._watch.beat(now, sample)
        strike = self._watch.look(now, sample)
        return str(strike.value) if strike else ""

    def _lab_ns(self) -> int:
        shown = int.from_bytes(os.pread(self._clock, 8, 0), "little")
        return max(0, shown - EPOCH_NS)

    def _read(self) -> bool:
        """Whether there may be more."""
        for _ in range(READS_A_LOOK):
            try:
                self._output.feed(os.read(self._printed, READ_BYTES))
            except BlockingIOError:
                return False
        return True

    def _has_ended(self) -> bool:
        return os.waitid(os.P_PID, self._popen.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def _ask_for_stacks(self) -> None:
        with contextlib.suppress(OSError):  # it may have ended just now
            kill_running_thread(self._popen.pid, signal.SIGQUIT)
        deadline = time.monotonic() + DUMP_SECONDS
        while time.monotonic() < deadline and not self._has_ended():
            if not self._read():
                time.sleep(LOOK_SECONDS / 10)

    def _end(self) -> Ended:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)
        wall = time.monotonic() - self._began
        _, status, usage = os.wait4(self._popen.pid, 0)
        self._popen.returncode = os.waitstatus_to_exitcode(status)
        while self._read():
            pass
        lab_ns = self._lab_ns() if self._way is Way.VIRTUAL else round(wall * SECOND)
        for descriptor in (self._printed, self._printing, self._ending, self._clock):
            os.close(descriptor)
        rmtree(self._folder, ignore_errors=True)
        return Ended(
            code=self._popen.returncode,
            strike=self._strike,
            text=self._output.text,
            lab_ns=lab_ns,
            wall_seconds=wall,
            cpu_seconds=usage.ru_utime + usage.ru_stime,
        )


def _born() -> None:
    """In the new process: it ends with whoever started it."""
    die_with_parent(signal.SIGKILL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _environment(way: Way, limits: Limits, clock: int) -> dict[str, str]:
    """The user's, in which labs look for VERBOSE and the like, with what virtual time needs."""
    if way is not Way.VIRTUAL:
        return os.environ | {"GOTRACEBACK": "all"}
    return environment(Clock.VIRTUAL, limits) | {"RAFTKIT_CLOCK": str(clock)}
