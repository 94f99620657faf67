"""A seccomp filter: the kernel refuses what a world's process never needs, whoever asks for it.

No sockets, no processes, no programs, no signals to others, no looking into others, no mounts. And nothing by
which two processes that both read a file could tell each other something: no locks, no watching, no asking for
what the kernel has read. What is refused fails with EPERM, as an ordinary OSError.
"""

import ctypes
import errno
import os
import struct

from raftkit.worlds.process._system import MACHINE, SYSCALLS, syscall

_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
_X32 = 0x4000_0000
"""Numbers from here on are a second door to the same calls on x86-64."""
_ANYWHERE = (424, 425, 428, 429, 430, 432, 434, 438, 442, 447, 451)
"""pidfd_send_signal, io_uring_setup, open_tree, move_mount, fsopen, fsmount, pidfd_open, pidfd_getfd, mount_setattr,
memfd_secret, cachestat."""
_REFUSED = {
    # sockets, processes and programs, ptrace and process_vm, mounts and namespaces, kernel matters, System V IPC and
    # memory that no look at the process shows, flock and inotify and mincore and preadv2
    "x86_64": (
        *(41, 42, 43, 44, 46, 49, 50, 53, 288, 307),
        *(57, 58, 59, 322),
        *(101, 310, 311, 129, 297, 200),
        *(155, 161, 165, 166, 272, 308),
        *(135, 169, 175, 246, 248, 249, 250, 298, 300, 303, 304, 313, 321, 323),
        *(29, 64, 68, 240, 141, 203, 319),
        *(73, 253, 254, 294, 27, 327),
    ),
    "aarch64": (
        *(198, 199, 200, 201, 202, 203, 206, 211, 242, 269),
        *(221, 281),
        *(117, 270, 271, 138, 240, 130),
        *(39, 40, 41, 51, 97, 268),
        *(92, 142, 105, 104, 217, 218, 219, 241, 262, 264, 265, 273, 280, 282),
        *(180, 186, 190, 194, 140, 122, 279),
        *(32, 26, 27, 232, 286),
    ),
}
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435
_KILL = {"x86_64": (62, 234), "aarch64": (129, 131)}
"""kill and tgkill: a process may end itself, and nobody else."""
_CLONE_THREAD = 0x0001_0000
_FCNTL = {"x86_64": 72, "aarch64": 25}
_LOCKS_AND_LEASES = (5, 6, 7, 36, 37, 38, 1024, 1025, 1026)
"""What fcntl may not be asked for: locks of both kinds, leases, and notes of changes to a folder."""

_LOAD, _EQUAL, _AT_LEAST, _HAS_BITS, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24
_ALLOW = 0x7FFF_0000
_KILL_PROCESS = 0x8000_0000
_SET_MODE_FILTER, _ALL_THREADS, _NO_SLOWER = 1, 1, 4
"""The last one: no mitigations against guessing processors, which would slow Python down by much; the child has
nothing in its memory that it must not know."""
_TALK = {"x86_64": (0, 1), "aarch64": (63, 64)}
"""read and write: what a world does all the time comes first."""


def _refuse(number: int) -> int:
    return 0x0005_0000 | number


def install_filter() -> None:
    """Filter this process's system calls from now on, and those of its threads.

    Raises:
        OSError: The kernel has no seccomp, or this machine is unknown.
    """
    if MACHINE not in _ARCH:
        raise OSError(errno.ENOSYS, f"no filter for {MACHINE}")
    program = _program(os.getpid())
    code = ctypes.create_string_buffer(b"".join(program), 8 * len(program))
    head = struct.pack("HxxxxxxP", len(program), ctypes.addressof(code))
    syscall("seccomp", SYSCALLS[MACHINE]["seccomp"], _SET_MODE_FILTER, _ALL_THREADS | _NO_SLOWER, head)


def _program(pid: int) -> list[bytes]:
    """Rules in order; each loads, compares, and returns or goes on."""
    lines = [
        _line(_LOAD, _ARCHITECTURE),
        _line(_EQUAL, _ARCH[MACHINE], yes=1),
        _line(_RETURN, _KILL_PROCESS),
        _line(_LOAD, _NUMBER),
        *(line for number in _TALK[MACHINE] for line in _when(_EQUAL, number, _ALLOW)),
        *_when(_AT_LEAST, _X32, _refuse(errno.EPERM)),
        *_when(_EQUAL, _CLONE3, _refuse(errno.ENOSYS)),  # the C library then falls back on clone
    ]
    for number in (*_REFUSED[MACHINE], *_ANYWHERE):
        lines += _when(_EQUAL, number, _refuse(errno.EPERM))
    lines += _unless_argument(_CLONE[MACHINE], _HAS_BITS, _CLONE_THREAD)
    for number in _KILL[MACHINE]:
        lines += _unless_argument(number, _EQUAL, pid)
    rules = [rule for command in _LOCKS_AND_LEASES for rule in _when(_EQUAL, command, _refuse(errno.EPERM))]
    lines += [_line(_EQUAL, _FCNTL[MACHINE], no=1 + len(rules)), _line(_LOAD, _SECOND_ARGUMENT), *rules]
    return [*lines, _line(_RETURN, _ALLOW)]


def _when(compare: int, value: int, then: int) -> list[bytes]:
    return [_line(compare, value, no=1), _line(_RETURN, then)]


def _unless_argument(number: int, compare: int, value: int) -> list[bytes]:
    """Refuse a call unless its first argument passes; leaves the filter when it is this call."""
    return [
        _line(_EQUAL, number, no=4),
        _line(_LOAD, _FIRST_ARGUMENT),
        _line(compare, value, no=1),
        _line(_RETURN, _ALLOW),
        _line(_RETURN, _refuse(errno.EPERM)),
    ]


def _line(code: int, value: int, *, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("HBBI", code, yes, no, value)
