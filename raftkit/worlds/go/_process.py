"""The process of a Go lab's world: started from the program that was built, ended with its process group."""

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import time
from hashlib import sha256
from pathlib import Path
from shutil import rmtree

from raftkit.errors import CaseFailed
from raftkit.model import Clock, Limits
from raftkit.worlds.go import _endings
from raftkit.worlds.go._dump import Dump, read_dump
from raftkit.worlds.process import Conversation, LastWords, MakeWatch, die_with_parent, kill_running_thread

DUMP_SECONDS = 1.0
"""How long the process may take to end by itself, and to write down its stacks."""
LOOK_SECONDS = 0.02
_SETTINGS = {
    Clock.VIRTUAL: {
        "GODEBUG": "gcstoptheworld=2,asyncpreemptoff=1,tracebacklabels=0",
        "GOMAXPROCS": "1",
        "GOGC": "off",
    },
    # More processors than there are, for loops that never wait: whose turn it is the system decides, and more fairly.
    Clock.REAL: {"GODEBUG": "tracebacklabels=0", "GOMAXPROCS": "16", "GOGC": "100"},
}


class GoProcess(Conversation):
    """One process, in a folder of its own that goes with it.

    Args:
        program: What was built.
        root: The student's module, whose files a stack may show.
        seed: Names the chance of its runtime.
        clock: The clock that it was built for.
        limits: What it may use.
        make_watch: Makes what decides when to stop waiting.
    """

    def __init__(
        self, program: Path, root: Path, seed: str, clock: Clock, limits: Limits, make_watch: MakeWatch
    ) -> None:
        self._root = root
        self._remains: Dump | None = None
        self._written = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 — closed in end()
        self._folder = tempfile.mkdtemp(prefix="raftkit-go-")
        self._popen = subprocess.Popen(
            [str(program), str(root)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._written,
            bufsize=0,
            cwd=self._folder,
            env=environment(clock, limits),
            start_new_session=True,
            preexec_fn=_born,
        )
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        requests, answers = self._popen.stdin.fileno(), self._popen.stdout.fileno()
        if clock is Clock.VIRTUAL:
            os.write(requests, sha256(seed.encode()).digest())
        os.set_blocking(requests, False)
        os.set_blocking(answers, False)
        super().__init__(self._popen.pid, requests, answers, limits, make_watch)

    def end(self) -> LastWords:
        """End the process and its group; return what it left behind."""
        return self._end().words

    def _end(self) -> Dump:
        if self._remains is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._pid, signal.SIGKILL)
            _, status, usage = os.wait4(self._pid, 0)
            self._popen.returncode = os.waitstatus_to_exitcode(status)
            self.cpu_seconds = usage.ru_utime + usage.ru_stime
            for pipe in (self._popen.stdin, self._popen.stdout):
                assert pipe is not None
                with contextlib.suppress(OSError):
                    pipe.close()
            self._remains = read_dump(self._written, self._root)
            self._written.close()
            rmtree(self._folder, ignore_errors=True)
        return self._remains

    # -- ends ----------------------------------------------------------------

    def _gone(self) -> CaseFailed:
        self._let_end()  # by itself, so that its status is its own
        dump = self._end()
        return _endings.died(self._popen.returncode, dump, self._limits)

    def _dump(self) -> None:
        with contextlib.suppress(OSError):  # it may have ended just now
            kill_running_thread(self._pid, signal.SIGQUIT)
        self._let_end()

    def _let_end(self) -> None:
        """Wait a little while for an end that is on its way."""
        deadline = time.monotonic() + DUMP_SECONDS
        seen = os.WEXITED | os.WNOHANG | os.WNOWAIT
        while time.monotonic() < deadline and os.waitid(os.P_PID, self._pid, seen) is None:
            time.sleep(LOOK_SECONDS)

    def _ended_by(self, strike: str, grown_bytes: int) -> CaseFailed:
        if strike == "idle":
            return _endings.looped(self._end(), self._limits)
        return super()._ended_by(strike, grown_bytes)


def _born() -> None:
    """In the new process: ends with whoever started it; bound by the watch alone, and by no limit of its parent."""
    die_with_parent(signal.SIGKILL)
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def environment(clock: Clock, limits: Limits) -> dict[str, str]:
    """The user's, in which labs look for VERBOSE and the like, with what its clock asks for."""
    return {
        **os.environ,
        **_SETTINGS[clock],
        "GOMEMLIMIT": str(limits.memory_bytes // 2),
        "GOTRACEBACK": "all",
    }
