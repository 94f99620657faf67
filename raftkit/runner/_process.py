"""A child process and its pipes, seen from the parent: start, listen, measure, kill."""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from raftkit.runner._frames import FrameReader, FromChild, ToChild, encode

OUTPUT_TAIL_BYTES = 8192
"""How much of what a child printed is kept: its last words."""
GOODBYE_SECONDS = 1.0
"""How long a child may take to end when asked, before it is killed."""
CHILD_MODULE = "RAFTKIT_CHILD_MODULE"
"""Names another module to run as the child: raftkit's own tests put a fake there."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What the operating system says about a process.

    Attributes:
        cpu_seconds: All its threads, user and system.
        state: ``R`` runs or wants to, ``S`` waits for something, ``T`` is stopped, ...; ``?`` unknown.
        resident_bytes: Memory that it has in the machine's own.
    """

    cpu_seconds: float
    state: str
    resident_bytes: int = 0


class Process:
    """One runner child, from its start to its end. Leads a process group of its own."""

    def __init__(self, hash_seed: str, cwd: Path | None = None) -> None:
        request_read, self._requests = os.pipe()
        self._replies, reply_write = os.pipe()
        self._faults = tempfile.TemporaryFile()  # noqa: SIM115 — closed in end()
        given = (request_read, reply_write, self._faults.fileno())
        module = os.environ.get(CHILD_MODULE, "raftkit.runner.child")
        # -P: a file in the current folder, say queue.py, must not hide a module that we import.
        self._popen = subprocess.Popen(
            [sys.executable, "-P", "-m", module, *map(str, given)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=given,
            cwd=cwd,
            env=_environment(hash_seed),
            start_new_session=True,
        )
        os.close(request_read)
        os.close(reply_write)
        assert self._popen.stdout is not None
        self._output = self._popen.stdout.fileno()
        self._tail = bytearray()
        self._reader = FrameReader(FromChild)
        self._selector = selectors.DefaultSelector()
        for descriptor in (self._replies, self._output):
            os.set_blocking(descriptor, False)
            self._selector.register(descriptor, selectors.EVENT_READ)
        self._ended = False
        self.cpu_seconds = 0.0
        """What the last sample said: all of its life."""
        self.resident_bytes = 0
        """What the last sample said."""
        self.fault_text = ""
        """What Python's fault handler wrote when a deadly signal struck; known at the end."""
        self.is_open = True
        """False once the child has closed its end: it is dead, or as good as."""

    @property
    def pid(self) -> int:
        """Its process id, and its process group's."""
        return self._popen.pid

    def send(self, frame: ToChild) -> None:
        """Hand over a request; a child that is gone shows when we listen."""
        with contextlib.suppress(BrokenPipeError):
            os.write(self._requests, encode(frame))

    def listen(self, timeout_seconds: float) -> list[Any]:
        """Return the frames that came, after waiting for them at most so long."""
        frames: list[Any] = []
        for key, _ in self._selector.select(timeout_seconds):
            descriptor = key.fd
            data = self._read(descriptor)
            if not data:
                self._selector.unregister(descriptor)
                self.is_open = self.is_open and descriptor != self._replies
            elif descriptor == self._replies:
                frames.extend(self._reader.feed(data))
            else:
                self._keep(data)
        return frames

    def _read(self, descriptor: int) -> bytes:
        try:
            return os.read(descriptor, 65536)
        except OSError:
            return b""

    def _keep(self, data: bytes) -> None:
        self._tail += data
        del self._tail[:-OUTPUT_TAIL_BYTES]

    @property
    def last_output(self) -> str:
        """The end of what the child printed; untrusted text."""
        return self._tail.decode("utf-8", "replace")

    def sample(self) -> Sample | None:
        """Ask the operating system; None where it does not say, or the child has gone."""
        try:
            with open(f"/proc/{self.pid}/stat", "rb") as file:
                fields = file.read().rpartition(b")")[2].split()
        except OSError:
            return None
        ticks = int(fields[11]) + int(fields[12])
        self.cpu_seconds = ticks / os.sysconf("SC_CLK_TCK")
        self.resident_bytes = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        return Sample(self.cpu_seconds, fields[0].decode(), self.resident_bytes)

    def abort(self) -> None:
        """Make the child write down its Python stacks and die."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGABRT)
        self._wait(GOODBYE_SECONDS)

    def end(self, patience_seconds: float = 0.0) -> int:
        """End the child and everything in its group; return its exit code, negative for a signal.

        The exit code is the child's own only if it ends by itself within our patience.
        """
        if not self._ended:
            self._ended = True
            os.close(self._requests)
            self._wait(patience_seconds)
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self._popen.wait()
            self._collect_last_words()
        return self._popen.wait()

    def _collect_last_words(self) -> None:
        with contextlib.suppress(OSError):  # includes "nothing more to read"
            while data := os.read(self._output, 65536):
                self._keep(data)
        self._faults.seek(0)
        self.fault_text = self._faults.read().decode("utf-8", "replace")
        self._faults.close()
        self._selector.close()
        os.close(self._replies)
        assert self._popen.stdout is not None
        self._popen.stdout.close()

    def _wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while self._popen.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)


def _environment(hash_seed: str) -> dict[str, str]:
    """A child's environment: the user's, without what pytest put there, and with hashes fixed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    return {**kept, "PYTHONHASHSEED": hash_seed}
