"""Landlock: the kernel lets this process read what it needs to read, and touch nothing else.

For machines that do not let us have a root of our own. Unlike a root it cannot leave out a part of what it
shows, and names and sizes of other files stay visible.
"""

import ctypes
import os
import struct

from raftkit.worlds.process._system import LANDLOCK_ADD, LANDLOCK_CREATE, LANDLOCK_RESTRICT, syscall

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_OF_VERSION = {1: 13, 2: 14, 3: 15}
"""How many kinds of access each version knows; later ones have no more of those that we use."""
_PATH_BENEATH, _VERSION = 1, 1
_DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")


def version() -> int:
    """Landlock's version here.

    Raises:
        OSError: There is none.
    """
    return syscall("landlock", LANDLOCK_CREATE, None, 0, _VERSION)


def restrict_files(readable: list[str]) -> None:
    """Let this thread, and those that it starts, read these files and folders and open nothing else.

    Raises:
        OSError: The kernel does not let us.
    """
    handled = (1 << _OF_VERSION.get(version(), 15)) - 1
    head = ctypes.create_string_buffer(struct.pack("Q", handled), 8)
    rules = syscall("landlock", LANDLOCK_CREATE, head, 8, 0)
    for path in readable:
        _allow(rules, path, _READ_FILE | _READ_DIR | _EXECUTE)
    for path in _DEVICES:
        _allow(rules, path, _READ_FILE | _WRITE_FILE)
    syscall("landlock", LANDLOCK_RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, access: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    if not os.path.isdir(path):
        access &= ~_READ_DIR
    rule = ctypes.create_string_buffer(struct.pack("=Qi", access, descriptor), 12)
    syscall("landlock", LANDLOCK_ADD, rules, _PATH_BENEATH, rule, 0)
    os.close(descriptor)
