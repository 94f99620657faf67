"""The table of stand-ins: modules whose place we take inside a space."""

import importlib
import math
import pickle as real_pickle
import random as real_random
import sys as real_sys
import time as real_time
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim._kernel import SECOND_NS
from raftkit.sim._locks import timeout_ns
from raftkit.sim._threading import make_thread, make_threading

if TYPE_CHECKING:
    from raftkit.sim._space import Space

EPOCH_SECONDS = 1_000_000_000
"""The wall-clock time at virtual time 0: 2001-09-09 01:46:40 UTC. Anybody who sees it in a log knows
at once that the clock is ours."""


class _Proxy(ModuleType):
    """A module that answers with its own names first, and the real module's otherwise."""

    def __init__(self, real: ModuleType, **own: Any) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__.update(own)
        self.__dict__["_raftkit_real"] = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_raftkit_real"], name)


def make_time(space: "Space") -> ModuleType:
    """``time`` on the virtual clock."""
    kernel = space.kernel

    def sleep(seconds: float) -> None:
        if math.isnan(seconds):
            raise ValueError("Invalid value NaN (not a number)")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        kernel.sleep(timeout_ns(seconds) or 0)

    def time() -> float:
        return EPOCH_SECONDS + kernel.now_ns / SECOND_NS

    def monotonic() -> float:
        return kernel.now_ns / SECOND_NS

    def monotonic_ns() -> int:
        return kernel.now_ns

    def or_now(fn: Callable[..., Any]) -> Callable[..., Any]:
        return lambda seconds=None: fn(time() if seconds is None else seconds)

    def strftime(format: str, when: Any = None) -> str:
        return real_time.strftime(format, real_time.gmtime(time()) if when is None else when)

    return _Proxy(
        real_time,
        time=time,
        time_ns=lambda: EPOCH_SECONDS * SECOND_NS + kernel.now_ns,
        monotonic=monotonic,
        monotonic_ns=monotonic_ns,
        perf_counter=monotonic,
        perf_counter_ns=monotonic_ns,
        process_time=monotonic,
        process_time_ns=monotonic_ns,
        thread_time=monotonic,
        thread_time_ns=monotonic_ns,
        clock_gettime=lambda clock: time() if clock == 0 else monotonic(),
        clock_gettime_ns=lambda clock: kernel.now_ns + (EPOCH_SECONDS * SECOND_NS if clock == 0 else 0),
        sleep=sleep,
        gmtime=or_now(real_time.gmtime),
        localtime=or_now(real_time.gmtime),  # the simulated world lives in UTC
        ctime=lambda seconds=None: real_time.asctime(
            real_time.gmtime(time() if seconds is None else seconds)
        ),
        asctime=lambda when=None: real_time.asctime(real_time.gmtime(time()) if when is None else when),
        strftime=strftime,
        timezone=0,
        altzone=0,
        daylight=0,
        tzname=("UTC", "UTC"),
    )


def make_random(space: "Space") -> ModuleType:
    """``random`` on the server's own stream."""
    stream = space.random

    class Random(real_random.Random):
        def __init__(self, x: Any = None) -> None:
            super().__init__(stream.getrandbits(128) if x is None else x)

        def seed(self, a: Any = None, version: int = 2) -> None:
            super().seed(stream.getrandbits(128) if a is None else a, version)

    class SystemRandom(Random):
        """The machine's entropy would differ from run to run; this draws from the seed."""

        def seed(self, *args: Any, **kwargs: Any) -> None:
            super().seed(stream.getrandbits(128))

        def getstate(self) -> Any:
            raise NotImplementedError("System entropy source does not have state.")

        def setstate(self, state: Any) -> None:
            raise NotImplementedError("System entropy source does not have state.")

    for cls in (Random, SystemRandom):
        cls.__module__ = "random"
        cls.__qualname__ = cls.__name__
    instance = Random()
    functions = {
        name: getattr(instance, name)
        for name in real_random.__all__
        if name not in ("Random", "SystemRandom") and hasattr(instance, name)
    }
    return _Proxy(real_random, Random=Random, SystemRandom=SystemRandom, _inst=instance, **functions)


def make_pickle(space: "Space") -> ModuleType:
    """``pickle`` that knows the space's own classes."""
    installed = space.installed

    def inside(fn: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            with installed:
                return fn(*args, **kwargs)

        return call

    class Pickler(real_pickle.Pickler):
        dump = inside(real_pickle.Pickler.dump)

    class Unpickler(real_pickle.Unpickler):
        load = inside(real_pickle.Unpickler.load)

    return _Proxy(
        real_pickle,
        dumps=inside(real_pickle.dumps),
        loads=inside(real_pickle.loads),
        dump=inside(real_pickle.dump),
        load=inside(real_pickle.load),
        Pickler=Pickler,
        Unpickler=Unpickler,
    )


class _Stream:
    """``sys.stdout`` inside a space."""

    encoding = "utf-8"
    errors = "strict"
    newlines = None
    closed = False

    def __init__(self, write: Callable[[str, bool], None], is_error: bool) -> None:
        self._write = write
        self._is_error = is_error

    def write(self, text: str) -> int:
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._write(text, self._is_error)
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        pass

    def isatty(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False


def make_sys(space: "Space") -> ModuleType:
    """``sys`` whose output goes to the trace."""
    out = _Stream(space.on_print, False)
    err = _Stream(space.on_print, True)
    return _Proxy(real_sys, stdout=out, stderr=err, __stdout__=out, __stderr__=err)


def make_importlib(space: "Space") -> ModuleType:
    """``importlib`` whose ``import_module`` goes the space's way."""
    return _Proxy(importlib, import_module=space.import_module)


def make_hidden(space: "Space") -> ModuleType:
    """A C module that is hidden so that the pure-Python version is used."""
    raise ImportError("hidden: the pure-Python version runs in virtual time")


STANDINS: dict[str, Callable[["Space"], ModuleType]] = {
    "_queue": make_hidden,
    "_thread": make_thread,
    "importlib": make_importlib,
    "pickle": make_pickle,
    "random": make_random,
    "sys": make_sys,
    "threading": make_threading,
    "time": make_time,
}
