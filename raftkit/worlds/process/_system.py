"""Calls of the Linux kernel that Python's library does not have, as functions that raise OSError."""

import ctypes
import os
import platform
import sys
from typing import Any

MS_BIND, MS_REC, MS_PRIVATE = 0x1000, 0x4000, 0x40000
MNT_DETACH = 2
CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x0002_0000, 0x0400_0000, 0x0800_0000
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x1000_0000, 0x2000_0000, 0x4000_0000
MOUNT_ATTR_RDONLY, MOUNT_ATTR_NOSUID = 1, 2
_AT_FDCWD, _AT_RECURSIVE = -100, 0x8000
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_CHILD_SUBREAPER, _PR_SET_NO_NEW_PRIVS = 1, 4, 36, 38
_PR_CAPBSET_DROP, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 24, 47, 4
_CAPABILITY_VERSION_3 = 0x2008_0522
_LAST_CAPABILITY = 40

SYSCALLS = {
    "x86_64": {"pivot_root": 155, "capset": 126, "seccomp": 317, "tgkill": 234},
    "aarch64": {"pivot_root": 41, "capset": 91, "seccomp": 277, "tgkill": 131},
}
"""Numbers that differ from machine to machine; newer calls have the same everywhere."""
MOUNT_SETATTR, LANDLOCK_CREATE, LANDLOCK_ADD, LANDLOCK_RESTRICT = 442, 444, 445, 446

MACHINE = platform.machine()
IS_KNOWN = sys.platform == "linux" and MACHINE in SYSCALLS
"""Whether we know how to speak to this kernel."""
_libc: Any = ctypes.CDLL(None, use_errno=True)


def call(what: str, result: int) -> int:
    """The result of a C call.

    Raises:
        OSError: It says that the call has failed.
    """
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def syscall(what: str, number: int, *arguments: Any) -> int:
    """A system call by its number."""
    wide = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return call(what, _libc.syscall(ctypes.c_long(number), *wide))


def unshare(flags: int) -> None:
    """Leave namespaces for new ones of one's own."""
    call("unshare", _libc.unshare(flags))


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Mount."""
    words = (
        source.encode(),
        target.encode(),
        kind.encode() or None,
        ctypes.c_ulong(flags),
        options.encode() or None,
    )
    call(f"mount {target}", _libc.mount(*words))


def detach(target: str) -> None:
    """Take a mount away, whoever uses it."""
    call("umount", _libc.umount2(target.encode(), MNT_DETACH))


def pivot_root(new: str, old: str) -> None:
    """Make ``new`` the root, and put the present one at ``old``."""
    syscall("pivot_root", SYSCALLS[MACHINE]["pivot_root"], new.encode(), old.encode())


def seal_mounts(root: str) -> None:
    """Make every mount below ``root`` read-only."""
    attributes = (ctypes.c_uint64 * 4)(MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID, 0, 0, 0)
    size = ctypes.sizeof(attributes)
    syscall("mount_setattr", MOUNT_SETATTR, _AT_FDCWD, root.encode(), _AT_RECURSIVE, attributes, size)


def prctl(option: int, value: int = 0, more: int = 0) -> None:
    """Change something about this process."""
    wide = [ctypes.c_ulong(number) for number in (value, more, 0, 0)]
    call("prctl", _libc.prctl(option, *wide))


def die_with_parent(signal_number: int) -> None:
    """Be sent a signal when the parent dies, however that happens."""
    prctl(_PR_SET_PDEATHSIG, signal_number)


def kill_running_thread(pid: int, signal_number: int) -> None:
    """Send a signal to the thread of a process that runs, or else to the process."""
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/stat") as file:
            if file.read().rpartition(")")[2].split()[0] == "R":
                syscall("tgkill", SYSCALLS[MACHINE]["tgkill"], pid, int(thread), signal_number)
                return
    os.kill(pid, signal_number)


def adopt_orphans() -> None:
    """Become the parent of descendants whose own has died."""
    prctl(_PR_SET_CHILD_SUBREAPER, 1)


def hide_memory() -> None:
    """Let no other process of this user look into this one."""
    prctl(_PR_SET_DUMPABLE, 0)


def give_up_privileges() -> None:
    """Drop every capability for good, and gain none by running anything."""
    prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL)
    for capability in range(_LAST_CAPABILITY + 1):
        try:
            prctl(_PR_CAPBSET_DROP, capability)
        except OSError:
            break  # we may not, or there are no more
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION_3, 0)
    syscall("capset", SYSCALLS[MACHINE]["capset"], header, (ctypes.c_uint32 * 6)())
    prctl(_PR_SET_NO_NEW_PRIVS, 1)
