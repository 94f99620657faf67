"""The guard: what an implementation does past the simulated world is refused, by whatever way it tries.

Python announces every opened file, socket, process and thread to its audit hooks, also when they come
from a library or from C. One hook, installed once in a process, refuses those that the running task
of a guarded kernel makes: what they bring back could not be repeated from a seed. Reading files is allowed.
"""

import os
import sys
from collections.abc import Callable
from typing import Any

from raftkit.sim._kernel import Kernel

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

REFUSED_EVENTS = {
    "_thread.start_new_thread": "a real thread",
    "ctypes.dlopen": "a library of C",
    "os.chmod": "a change to a file",
    "os.exec": "another program",
    "os.fork": "another process",
    "os.forkpty": "another process",
    "os.kill": "a signal",
    "os.killpg": "a signal",
    "os.link": "a change to a folder",
    "os.mkdir": "a change to a folder",
    "os.posix_spawn": "another program",
    "os.remove": "a change to a folder",
    "os.rename": "a change to a folder",
    "os.rmdir": "a change to a folder",
    "os.spawn": "another program",
    "os.symlink": "a change to a folder",
    "os.system": "another program",
    "os.truncate": "a change to a file",
    "pty.spawn": "another program",
    "socket.__new__": "a socket",
    "socket.getaddrinfo": "a name server",
    "socket.gethostbyname": "a name server",
    "subprocess.Popen": "another program",
    "tempfile.mkdtemp": "a change to a folder",
    "tempfile.mkstemp": "a file opened for writing",
}
"""What Python calls it, and what it is."""

OnRefused = Callable[[str], None]
_guarded: dict[Kernel, OnRefused] = {}
_installed = False


class RefusedOperation(PermissionError):
    """The implementation reached past the simulated world."""


def guard(kernel: Kernel, on_refused: OnRefused) -> None:
    """Refuse what this kernel's tasks try from now on; ``on_refused`` is told first, as the task."""
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        _installed = True
    _guarded[kernel] = on_refused


def unguard(kernel: Kernel) -> None:
    """Stop guarding a kernel."""
    _guarded.pop(kernel, None)


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        what = "a file opened for writing" if _opens_for_writing(*arguments) else None
    else:
        what = REFUSED_EVENTS.get(event)
    if what is None:
        return
    for kernel, on_refused in list(_guarded.items()):
        task = kernel.current
        if task is not None:
            if not task.dying:
                on_refused(what)
            raise RefusedOperation(
                f"{what} ({event}) reaches past the simulated world, so that the run could not be repeated "
                "from its seed: servers talk through peers, and keep state through their persister"
            )


def _opens_for_writing(path: Any, mode: str | None, flags: int) -> bool:
    if mode is not None:
        return any(letter in mode for letter in "wax+")
    return bool(flags & _WRITING)
