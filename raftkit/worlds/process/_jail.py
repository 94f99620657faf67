"""What a world's process gives up before it runs a line of anybody's code.

Each measure is a noun of its own; which of them hold on this machine the zygote finds out once, by trying
(:mod:`raftkit.worlds.process.isolation` has the words for it).
"""

import contextlib
import os
import resource

from raftkit.worlds.process import _system
from raftkit.worlds.process._filter import install_filter
from raftkit.worlds.process._landlock import restrict_files
from raftkit.worlds.process._order import Order
from raftkit.worlds.process._root import enter_root, visible_paths
from raftkit.worlds.process.isolation import Isolation, Level

OPEN_FILES = 64
FILE_BYTES = 16 * 2**20
"""What it may write into one file: the two in which it leaves its last words are all that it can."""
OWN_USER_BASE = 1_800_000_000
"""Where users begin that nobody has: above those of any system and of containers."""
NAMESPACES = (
    _system.CLONE_NEWNS
    | _system.CLONE_NEWPID
    | _system.CLONE_NEWNET
    | _system.CLONE_NEWIPC
    | _system.CLONE_NEWUTS
    if _system.IS_KNOWN
    else 0
)


def leave_namespaces() -> None:
    """For the keeper: its next child is the first process of a world apart.

    Raises:
        OSError: The kernel does not let us.
    """
    user, group = os.geteuid(), os.getegid()
    if user == 0:
        _system.unshare(NAMESPACES)
        return
    _system.unshare(NAMESPACES | _system.CLONE_NEWUSER)
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w") as file:
            file.write(text)


def lock_in(order: Order, isolation: Isolation) -> None:
    """For the world's process: give everything up that this machine lets one give up.

    Raises:
        OSError: What worked when it was tried does not work now.
    """
    os.setsid()
    if isolation.level is Level.SEALED:
        enter_root(order)
        _become_nobody(order)
    _bound(order)
    if not _system.IS_KNOWN:
        return
    _system.give_up_privileges()
    if isolation.level is not Level.LIMITED:
        if isolation.level is Level.FILTERED and isolation.files:
            restrict_files(visible_paths(order))
        install_filter()


def forbid_processes() -> None:
    """The last step, after the process has the threads that it needs."""
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))


def _become_nobody(order: Order) -> None:
    """Where we are root: be a user that nobody is, unless that user could not read the implementation."""
    if os.geteuid() != 0:
        return
    nobody = OWN_USER_BASE + int.from_bytes(os.urandom(3))
    os.setgroups([])
    os.setegid(nobody)
    os.seteuid(nobody)
    readable = all(map(_is_readable, (order.path, os.__file__, __file__)))
    os.seteuid(0)
    os.setegid(0)
    if readable:
        os.setresgid(nobody, nobody, nobody)
        os.setresuid(nobody, nobody, nobody)


def _is_readable(path: str) -> bool:
    try:
        with open(path, "rb"):
            return True
    except OSError:
        return False


def _bound(order: Order) -> None:
    """Limits of the kernel's own, which hold whatever the judge is doing."""
    for kind, bound in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
        (resource.RLIMIT_FSIZE, FILE_BYTES),
        (resource.RLIMIT_CPU, order.cpu_seconds),
        (resource.RLIMIT_AS, _address_space() + order.memory_bytes),
    ):
        _, hard = resource.getrlimit(kind)
        bound = bound if hard == resource.RLIM_INFINITY else min(bound, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(kind, (bound, bound))


def _address_space() -> int:
    """Bytes of address space; an assumption where nobody says."""
    return _ADDRESS_SPACE or 1 << 30


def _measure() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0


_ADDRESS_SPACE = _measure()
