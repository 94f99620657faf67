"""The keeper: forked from the zygote, it makes a world's process, waits for its end, and tells of both.

It stands outside of whatever the world's process is locked into, and lets go of everything but one pipe.
"""

import contextlib
import faulthandler
import os
import signal
import traceback
from typing import NoReturn

import msgspec

from raftkit.worlds.process import _system
from raftkit.worlds.process._frames import HEAD_BYTES, Broken
from raftkit.worlds.process._jail import leave_namespaces, lock_in
from raftkit.worlds.process._link import Link
from raftkit.worlds.process._order import Born, Died, FromKeeper, Order, Unborn
from raftkit.worlds.process.child import serve
from raftkit.worlds.process.isolation import Isolation, Level

REQUESTS, ANSWERS, FAULTS = 3, 4, 5
"""Descriptors of the world's process; it has these and the usual three."""
DUMP_SIGNAL = signal.SIGUSR1
"""Makes the world's process write down its stacks."""


def keep(order: Order, isolation: Isolation, descriptors: list[int]) -> NoReturn:
    """Make the world's process, and tell of its birth and death."""
    requests, answers, teller, faults, output = descriptors
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        if _system.IS_KNOWN:
            _system.die_with_parent(signal.SIGKILL)
            _system.adopt_orphans()
        if isolation.level is Level.SEALED:
            leave_namespaces()
        pid = os.fork()
        if pid == 0:
            _live(order, isolation, requests, answers, faults, output)
        for descriptor in (requests, answers, faults, output):
            os.close(descriptor)
        _tell(teller, Born(pid))
        _, status, usage = os.wait4(pid, 0)
        _end_orphans()
        _tell(teller, Died(status, usage.ru_utime + usage.ru_stime))
    except BaseException as error:
        _tell(teller, Unborn(f"{type(error).__name__}: {error}"))
    os._exit(0)


def _tell(teller: int, word: FromKeeper) -> None:
    body = msgspec.msgpack.encode(word)
    with contextlib.suppress(OSError):
        os.write(teller, len(body).to_bytes(HEAD_BYTES, "little") + body)


def _end_orphans() -> None:
    """End what the world's process has left behind; in a namespace of its own the kernel has done so."""
    while True:
        try:
            with open(f"/proc/self/task/{os.getpid()}/children") as file:
                orphans = [int(word) for word in file.read().split()]
        except OSError:
            return
        if not orphans:
            return
        for orphan in orphans:
            with contextlib.suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.wait()


def _live(
    order: Order, isolation: Isolation, requests: int, answers: int, faults: int, output: int
) -> NoReturn:
    """Become the world's process."""
    try:
        _hold({REQUESTS: requests, ANSWERS: answers, FAULTS: faults, 1: output, 2: output})
        link = Link(REQUESTS, ANSWERS)
        try:
            faulthandler.enable(file=FAULTS, all_threads=True)
            faulthandler.register(DUMP_SIGNAL, file=FAULTS, all_threads=True)
            lock_in(order, isolation)
            if _system.IS_KNOWN:
                _system.die_with_parent(signal.SIGKILL)  # last: the kernel forgets it when the user changes
        except Exception:
            link.send(Broken(traceback.format_exc(), ours=True))
        else:
            serve(order, link)
    finally:
        os._exit(0)


def _hold(wanted: dict[int, int]) -> None:
    """Put descriptors where they belong, and close all others."""
    high = max(*wanted, *wanted.values()) + 1
    for offset, descriptor in enumerate(wanted.values()):
        os.dup2(descriptor, high + offset)
    for offset, target in enumerate(wanted):
        os.dup2(high + offset, target)
    os.closerange(max(wanted) + 1, os.sysconf("SC_OPEN_MAX"))
