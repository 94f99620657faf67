"""The judge's side of the zygote: started once, asked for one process a world."""

import atexit
import os
import select
import socket
import subprocess
import sys

import msgspec

from raftkit.errors import RaftkitError
from raftkit.worlds.process._order import Order
from raftkit.worlds.process._pipes import Pipes
from raftkit.worlds.process.isolation import Isolation, Level

ZYGOTE = "raftkit.worlds.process.zygote"
LISTEN_MS = 100
START_SECONDS = 60.0
"""How long the zygote may take to start: far above what the slowest machine needs."""
_KEPT = ("HOME", "LANG", "LC_ALL", "LC_CTYPE", "PATH", "PYTHONHASHSEED", "PYTHONPATH", "TZ")
"""What of the environment reaches the implementation; the rest may hold somebody's secrets."""


class Nursery:
    """Keeps one zygote, and replaces it when it has died.

    Args:
        at_most: The strongest isolation to try.
    """

    def __init__(self, at_most: Level = Level.SEALED) -> None:
        self._at_most = at_most
        self._isolation: Isolation | None = None
        self.progress = 0
        """Grows while somebody waits for the zygote."""
        self._zygote: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    def bear(self, order: Order) -> Pipes:
        """Have a process made; what comes out of its keeper says how that went.

        Raises:
            RaftkitError: No zygote can be started.
        """
        for _ in range(2):
            pipes = Pipes()
            try:
                self._send(order, pipes)
                return pipes
            except OSError as error:
                pipes.close()
                self.close()
                trouble = error
        raise RaftkitError(f"no process for the implementation can be started: {trouble}")

    def start(self) -> None:
        """Start the zygote, unless it runs: it imports while we do something else."""
        if self._zygote is not None and self._zygote.poll() is None:
            return
        self.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        with theirs:
            self._zygote = subprocess.Popen(
                [sys.executable, "-P", "-m", ZYGOTE, str(theirs.fileno()), self._at_most.value],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={"PYTHONHASHSEED": "0"}
                | {name: os.environ[name] for name in _KEPT if name in os.environ},
            )
        self._socket = ours

    def isolation(self) -> Isolation:
        """What the zygote found out about this machine.

        Raises:
            OSError: It died of it.
        """
        self.start()
        if self._isolation is None:
            assert self._socket is not None
            self._wait(self._socket)
            head = self._socket.recv(4, socket.MSG_WAITALL)
            body = self._socket.recv(int.from_bytes(head, "little"), socket.MSG_WAITALL)
            if not body:
                raise ChildProcessError("the zygote died while it started")
            self._isolation = msgspec.msgpack.decode(body, type=Isolation)
        return self._isolation

    def _wait(self, answer: socket.socket) -> None:
        """Wait for the zygote's first word; it imports a good deal, on a machine that may be busy."""
        answering = select.poll()
        answering.register(answer, select.POLLIN)
        for _ in range(int(START_SECONDS * 1000 / LISTEN_MS)):
            if answering.poll(LISTEN_MS):
                return
            self.progress += 1
        raise TimeoutError(f"the zygote says nothing for {START_SECONDS:g} s")

    def close(self) -> None:
        """End the zygote: its keepers end with it, and their worlds."""
        if self._socket is not None:
            self._socket.close()
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
        self._zygote = self._socket = self._isolation = None

    def _send(self, order: Order, pipes: Pipes) -> None:
        self.isolation()
        assert self._socket is not None
        body = msgspec.msgpack.encode(order)
        head = len(body).to_bytes(4, "little")
        socket.send_fds(self._socket, [head], pipes.theirs)
        self._socket.sendall(body)
        pipes.close_theirs()


nursery = Nursery()
"""This process's own."""
atexit.register(nursery.close)


def waited() -> int:
    """A number that grows while somebody waits for the zygote to start."""
    return nursery.progress


def start_ahead() -> None:
    """Start the zygote before anybody needs it: it imports while we do."""
    nursery.start()


def isolation_here() -> Isolation:
    """How far an implementation can be locked in on this machine; takes the zygote's start, a second at most."""
    if not hasattr(os, "fork"):
        return Isolation(Level.NONE, False, ("this system cannot fork a process",))
    try:
        return nursery.isolation()
    except OSError as error:
        return Isolation(Level.NONE, False, (f"the zygote does not start: {error}",))
