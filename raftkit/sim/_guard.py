"""The guard: what an implementation does past the simulated world is refused, by whatever way it tries.

Python announces every opened file, socket, process and thread to its audit hooks, also when they come
from a library or from C. One hook, installed once in a process, refuses those that the running task
of a guarded kernel makes: what they bring back could not be repeated from a seed. Reading files is allowed,
and so is what libraries do while they are imported: Python itself writes files then.

It is a guard against accidents, and no sandbox: whoever wants to get past it can.
"""

import _thread
import os
import sys
import threading
from _thread import get_ident
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from raftkit.sim._instrument import TICK
from raftkit.sim._kernel import Kernel

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

REFUSED_EVENTS: Mapping[str, str] = {
    "_thread.start_new_thread": "a thread of its own",
    "ctypes.dlopen": "a library of C",
    "fcntl.flock": "a lock on a file",
    "fcntl.lockf": "a lock on a file",
    "ftplib.connect": "a connection",
    "mmap.__new__": "shared memory",
    "os.chdir": "another current folder",
    "os.chmod": "a change to a file",
    "os.chown": "a change to a file",
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
    "os.startfile": "another program",
    "os.symlink": "a change to a folder",
    "os.system": "another program",
    "os.truncate": "a change to a file",
    "os.utime": "a change to a file",
    "pty.spawn": "another program",
    "shutil.rmtree": "a change to a folder",
    "signal.pthread_kill": "a signal",
    "smtplib.connect": "a connection",
    "socket.__new__": "a socket",
    "socket.getaddrinfo": "a name server",
    "socket.gethostbyaddr": "a name server",
    "socket.gethostbyname": "a name server",
    "sqlite3.connect": "a database",
    "subprocess.Popen": "another program",
    "tempfile.mkdtemp": "a change to a folder",
    "tempfile.mkstemp": "a file to write to",
    "urllib.Request": "a connection",
    "webbrowser.open": "another program",
}
"""What Python calls it, and what it is."""

OnRefused = Callable[[str, str], None]
_guarded: dict[Kernel, tuple[int, OnRefused]] = {}
_installed = False


class RefusedOperation(PermissionError):
    """The implementation reached past the simulated world."""


def install_guard() -> None:
    """Put the hook in its place: once in a process, and for good."""
    global _installed
    if not _installed:
        sys.addaudithook(_hook)
        if sys.version_info < (3, 12):
            _announce_threads()
        _installed = True


def guard(kernel: Kernel, on_refused: OnRefused) -> None:
    """Refuse what this kernel's tasks try from now on, in the real thread that calls this.

    ``on_refused`` is told first, as the task: what kind of thing it was, and the call.
    """
    install_guard()
    _guarded[kernel] = get_ident(), on_refused


def unguard(kernel: Kernel) -> None:
    """Stop guarding a kernel."""
    _guarded.pop(kernel, None)


def refuse(kernel: Kernel, name: str, what: str) -> NoReturn:
    """Refuse what a stand-in has no way to offer, as if the hook had seen it.

    Raises:
        RefusedOperation: Always.
    """
    task = kernel.current
    if kernel in _guarded and task is not None and not task.dying:
        _guarded[kernel][1](what, name)
    raise RefusedOperation(
        f"{name} reaches past the simulated world, so that a run could not be repeated from its seed: "
        "servers talk through peers, and keep state through their persister"
    )


def _hook(event: str, arguments: tuple[Any, ...]) -> None:
    # Python calls this thousands of times in a second of a run: what is of no interest leaves at once.
    if event != "open" and event not in REFUSED_EVENTS:
        return
    for kernel, (thread, _) in _guarded.items():
        if kernel.current is not None and thread == get_ident():
            break
    else:
        return
    if event == "open":
        if _opens_for_writing(*arguments) and not _is_imported():
            refuse(kernel, _call("open", arguments), "a file to write to")
    elif not (event == "sqlite3.connect" and arguments[0] == ":memory:") and not _is_imported():
        refuse(kernel, _call(event.removesuffix(".__new__"), arguments), REFUSED_EVENTS[event])


def _announce_threads() -> None:
    """Python has announced threads since 3.12; before, somebody must do it for her."""
    begin: Any = _thread.start_new_thread

    def start_new_thread(*arguments: Any) -> Any:
        sys.audit("_thread.start_new_thread", *arguments)
        return begin(*arguments)

    threading._start_new_thread = _thread.start_new_thread = start_new_thread  # type: ignore


def _opens_for_writing(path: Any, mode: str | None, flags: int) -> bool:
    if path == os.devnull:
        return False
    if mode is not None:
        return any(letter in mode for letter in "wax+")
    return bool(flags & _WRITING)


def _is_imported() -> bool:
    """Whether Python's import system is at work, below the implementation's own code."""
    frame = sys._getframe(2)
    while frame is not None and TICK not in frame.f_builtins:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _call(name: str, arguments: tuple[Any, ...]) -> str:
    """``open('raft.log', 'w')``: a call with those of its first arguments that mean something to people."""
    shown = [repr(os.fspath(a)) for a in arguments[:2] if isinstance(a, str | bytes | os.PathLike)]
    return f"{name}({', '.join(shown)})"
