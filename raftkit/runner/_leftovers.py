"""What a test has left behind in its process although it is over.

Servers have modules, threads and a clock of their own, and take them along when they end. But Python has
things that a whole process shares: the recursion limit, signal handlers, the functions of ``json``. A test
must not feel what the one before it did to them, so a child in which something was left is *spent*: it
ends, and the next test gets a fresh one.
"""

import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from operator import itemgetter
from types import ModuleType
from typing import Any

from raftkit.sim import install_guard, left_behind

KEPT_BYTES = 30 * 2**20
"""Memory that a test may leave above the level at which the child began: caches, and what could not be given
back for its neighbours' sake. All of the lab leaves less than 20 MiB."""
_HEAP_TYPE = 1 << 9
"""The flag of classes that can be changed."""


class Leftovers:
    """Remembers the process as it is, and says later what has become of it."""

    def __init__(self) -> None:
        install_guard()  # that is ours, and stays
        self._memory = _resident_bytes()
        self.remember()

    def remember(self) -> None:
        """Take things as they are now for things as they should be."""
        self._modules, self._ours = _modules()
        self._settings = _settings()
        self._shared = list(_shared())

    def found(self) -> str:
        """Return what was left, in words; empty when there is nothing."""
        if left_behind():
            return "threads that did not end"
        if _resident_bytes() - self._memory > KEPT_BYTES:
            return "memory"
        for name, setting in _settings().items():
            if self._settings[name] != setting:
                return name
        modules, ours = _modules()
        if ours == self._ours:  # else raftkit itself has put something in its place, as for asyncio
            for name, look, seen in self._shared:
                try:
                    if look() != seen:
                        return name
                except KeyError:
                    return name
        if modules != self._modules:
            self.remember()  # with what was imported meanwhile
        return ""


def _modules() -> tuple[int, int]:
    """How many there are, and how many of them are raftkit's."""
    names = list(sys.modules)
    return len(names), sum(name.startswith("raftkit.") for name in names)


def _settings() -> dict[str, Any]:
    return {
        "the recursion limit": sys.getrecursionlimit(),
        "the switch interval": sys.getswitchinterval(),
        "a trace function": (sys.gettrace(), sys.getprofile()),
        "the garbage collector's settings": (gc.isenabled(), gc.get_threshold(), len(gc.callbacks)),
        "a signal handler": [signal.getsignal(number) for number in sorted(signal.valid_signals())],
        "a timer": signal.getitimer(signal.ITIMER_REAL)[0] > 0,
        "the environment": dict(os.environ),
        "the current folder": _folder(),
        "the module path": list(sys.path),
    }


def _folder() -> tuple[int, int] | None:
    try:
        status = os.stat(".")
    except OSError:  # somebody has removed it
        return None
    return status.st_dev, status.st_ino


def _shared() -> Iterator[tuple[str, Callable[[], Any], Any]]:
    """What the functions and classes of all shared modules are: their name, how to look, what was there."""
    for name, module in list(sys.modules.items()):
        if type(module) is not ModuleType or name.partition(".")[0] == "raftkit":
            continue
        names = vars(module)
        functions = [key for key, value in names.items() if callable(value)]
        if functions:
            yield _look(f"a function of {name}", names, functions)
        for value in [names[key] for key in functions]:
            if isinstance(value, type) and value.__module__ == name and value.__flags__ & _HEAP_TYPE:
                yield _look(f"{name}.{value.__qualname__}", vars(value), list(vars(value)))


def _look(what: str, names: Any, keys: list[str]) -> tuple[str, Callable[[], Any], Any]:
    getter = itemgetter(*keys)

    def look() -> Any:
        return getter(names)

    return what, look, look()


def _resident_bytes() -> int:
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return 0
