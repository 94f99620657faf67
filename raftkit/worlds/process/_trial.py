"""Finds out what holds on this machine, by trying it in processes that are lost afterwards."""

import os
import socket
import sys
from pathlib import Path

from raftkit.worlds.process import _jail, _system
from raftkit.worlds.process._order import Order
from raftkit.worlds.process.isolation import Isolation, Level

_FILE = Path(__file__).with_name("_warm_raft.py")
_OUTSIDE = "/etc/passwd"
"""A file that every machine has, anybody may read, and no implementation needs."""
_ATTEMPTS = ((Level.SEALED, True), (Level.FILTERED, True), (Level.FILTERED, False))


def find_isolation(at_most: Level = Level.SEALED) -> Isolation:
    """The strongest level that holds, and why the stronger ones do not."""
    if not _system.IS_KNOWN:
        return Isolation(
            Level.LIMITED, False, (f"on {sys.platform} {_system.MACHINE} raftkit knows nothing better",)
        )
    reasons: list[str] = []
    for level, files in _ATTEMPTS:
        if list(Level).index(level) < list(Level).index(at_most):
            continue
        trouble = _try(Isolation(level, files))
        if not trouble:
            return Isolation(level, files, tuple(reasons))
        reasons.append(trouble)
    return Isolation(Level.LIMITED, False, tuple(reasons))


def _try(isolation: Isolation) -> str:
    """What goes wrong with it; nothing when it holds."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        try:
            if isolation.level is Level.SEALED:
                _jail.leave_namespaces()
            if os.fork() == 0:
                _prove(isolation, writing)
        except OSError as error:
            os.write(writing, str(error).encode())
        os._exit(0)
    os.close(writing)
    with open(reading, "rb") as pipe:
        answer = pipe.read(1000).decode("utf-8", "replace")
    return "" if answer == "holds" else answer or "the trial's process died"


def _prove(isolation: Isolation, writing: int) -> None:
    """Lock this process in, and try to get out."""
    folder = str(_FILE.parent)
    order = Order(str(_FILE), [folder], "warm_raft", "", "", os.getcwd(), [], 1 << 30, 60)
    try:
        _jail.lock_in(order, isolation)
        escapes = [name for name, escape in _ESCAPES.items() if _works(escape)]
        if not isolation.files:
            escapes = [name for name in escapes if "file" not in name]
        os.write(writing, f"it does not hold: {', '.join(escapes)}".encode() if escapes else b"holds")
    except OSError as error:
        os.write(writing, str(error).encode())
    os._exit(0)


def _open_outside() -> None:
    with open(_OUTSIDE, "rb"):
        pass


def _connect() -> None:
    with socket.socket() as connection:
        connection.connect(("192.0.2.1", 9))


_ESCAPES = {"a file can be read": _open_outside, "a socket can be had": _connect}


def _works(escape: object) -> bool:
    assert callable(escape)
    try:
        escape()
    except OSError:
        return False
    return True
