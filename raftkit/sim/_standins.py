"""The table of stand-ins: modules whose place we take inside a space."""

import atexit as real_atexit
import calendar
import datetime as real_datetime
import importlib
import math
import os as real_os
import random as real_random
import sys as real_sys
import time as real_time
import uuid as real_uuid
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim._guard import refuse
from raftkit.sim._kernel import SECOND_NS
from raftkit.sim._locks import timeout_ns
from raftkit.sim._threading import make_thread, make_threading

if TYPE_CHECKING:
    from raftkit.sim._space import Space

EPOCH_SECONDS = 1_000_000_000
"""The wall-clock time at virtual time 0: 2001-09-09 01:46:40 UTC. Anybody who sees it in a log knows
at once that the clock is ours."""
CORES = 4
"""How many the simulated machine has."""


class Refused(ImportError):
    """The implementation asked for something that cannot be made repeatable."""


class Proxy(ModuleType):
    """A module that answers with its own names first, and the real module's otherwise."""

    def __init__(self, real: ModuleType, **own: Any) -> None:
        super().__init__(real.__name__, real.__doc__)
        self.__dict__.update(vars(real))
        self.__dict__.update(own, _raftkit_real=real)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_raftkit_real"], name)


class Hollow(ModuleType):
    """A refused module that a library imports by the way: it breaks when it is used."""

    def __getattr__(self, name: str) -> Any:
        def refuse(*args: Any, **kwargs: Any) -> Any:
            raise Refused(f"{self.__name__}.{name} reaches past the simulated world", name=self.__name__)

        return refuse


class _Clock:
    """The functions of ``time``, as bound methods: like the real ones, and unlike Python functions, they can
    be class attributes (``logging.Formatter`` keeps ``time.localtime`` as one)."""

    def __init__(self, space: "Space") -> None:
        self._space = space
        self._kernel = space.kernel
        self._group = space.group

    def sleep(self, seconds: float, /) -> None:
        if math.isnan(seconds):
            raise ValueError("Invalid value NaN (not a number)")
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self._kernel.sleep(timeout_ns(seconds) or 0)

    def time(self) -> float:
        return EPOCH_SECONDS + (self.monotonic_ns() + self._space.wall_ahead_ns) / SECOND_NS

    def time_ns(self) -> int:
        return EPOCH_SECONDS * SECOND_NS + self.monotonic_ns() + self._space.wall_ahead_ns

    def monotonic(self) -> float:
        return self._kernel.clock_ns(self._group) / SECOND_NS

    def monotonic_ns(self) -> int:
        return self._kernel.clock_ns(self._group)

    def clock_gettime(self, clock: int, /) -> float:
        return self.time() if clock == 0 else self.monotonic()

    def clock_gettime_ns(self, clock: int, /) -> int:
        return self.time_ns() if clock == 0 else self.monotonic_ns()

    def gmtime(self, seconds: float | None = None, /) -> real_time.struct_time:
        return real_time.gmtime(self.time() if seconds is None else seconds)

    def ctime(self, seconds: float | None = None, /) -> str:
        return real_time.asctime(self.gmtime(seconds))

    def asctime(self, when: Any = None, /) -> str:
        return real_time.asctime(self.gmtime() if when is None else when)

    def strftime(self, format: str, when: Any = None, /) -> str:
        return real_time.strftime(format, self.gmtime() if when is None else when)

    def mktime(self, when: Any, /) -> float:
        return float(calendar.timegm(when))


def make_time(space: "Space") -> ModuleType:
    """``time`` on the virtual clock."""
    clock = _Clock(space)
    return Proxy(
        real_time,
        time=clock.time,
        time_ns=clock.time_ns,
        monotonic=clock.monotonic,
        monotonic_ns=clock.monotonic_ns,
        perf_counter=clock.monotonic,
        perf_counter_ns=clock.monotonic_ns,
        process_time=clock.monotonic,
        process_time_ns=clock.monotonic_ns,
        thread_time=clock.monotonic,
        thread_time_ns=clock.monotonic_ns,
        clock_gettime=clock.clock_gettime,
        clock_gettime_ns=clock.clock_gettime_ns,
        sleep=clock.sleep,
        gmtime=clock.gmtime,
        localtime=clock.gmtime,  # the simulated world lives in UTC
        ctime=clock.ctime,
        asctime=clock.asctime,
        strftime=clock.strftime,
        mktime=clock.mktime,
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
    return Proxy(real_random, Random=Random, SystemRandom=SystemRandom, _inst=instance, **functions)


def make_sys(space: "Space") -> ModuleType:
    """``sys`` whose output goes to the trace."""
    out, err = space.stdout, space.stderr
    return Proxy(
        real_sys, stdout=out, stderr=err, __stdout__=out, __stderr__=err, path=space.path, argv=["raft.py"]
    )


def make_datetime(space: "Space") -> ModuleType:
    """``datetime`` whose now is the virtual clock's, in UTC.

    Its values are real ones, so that they compare, pickle and encode with all others: only the names
    ``datetime`` and ``date`` are ours, and ``isinstance`` takes them for the real classes.
    """
    time = space.import_module("time").time
    utc = real_datetime.UTC

    class Like(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, cls.__mro__[1]) if cls in ours else super().__instancecheck__(value)

        def __subclasscheck__(cls, other: type) -> bool:
            return issubclass(other, cls.__mro__[1]) if cls in ours else super().__subclasscheck__(other)

    class date(real_datetime.date, metaclass=Like):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            return real_datetime.date.__new__(real_datetime.date if cls is date else cls, *args, **kwargs)

        @classmethod
        def today(cls) -> Any:
            return cls.fromtimestamp(time())

        @classmethod
        def fromtimestamp(cls, timestamp: float, /) -> Any:
            now = real_datetime.datetime.fromtimestamp(timestamp, utc)
            return cls(now.year, now.month, now.day)

    class datetime(real_datetime.datetime, metaclass=Like):
        def __new__(cls, *args: Any, **kwargs: Any) -> Any:
            real = real_datetime.datetime
            return real.__new__(real if cls is datetime else cls, *args, **kwargs)

        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return cls.fromtimestamp(time(), tz)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

        @classmethod
        def utcnow(cls) -> Any:
            return cls.now()

        @classmethod
        def fromtimestamp(cls, timestamp: float, tz: Any = None) -> Any:
            if tz is not None:
                return super().fromtimestamp(timestamp, tz)
            return super().fromtimestamp(timestamp, utc).replace(tzinfo=None)

    ours = (date, datetime)
    for cls in ours:
        cls.__module__ = "datetime"
        cls.__qualname__ = cls.__name__
    return Proxy(real_datetime, date=date, datetime=datetime)


def make_os(space: "Space") -> ModuleType:
    """``os`` without entropy of its own, and without other processes."""
    stream = space.random

    def refused(name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: refuse(space.kernel, f"os.{name}", _REFUSED_OF_OS[name])

    return Proxy(
        real_os,
        urandom=stream.randbytes,
        getrandom=lambda size, flags=0: stream.randbytes(size),
        getpid=lambda: 1,
        getppid=lambda: 0,
        cpu_count=lambda: CORES,  # pools of threads take their size from it
        sched_getaffinity=lambda pid, /: set(range(CORES)),
        register_at_fork=lambda **hooks: None,
        **{name: refused(name) for name in _REFUSED_OF_OS if hasattr(real_os, name)},
    )


_REFUSED_OF_OS = {
    **dict.fromkeys(("_exit", "abort"), "the end of its process, which others live in too"),
    **dict.fromkeys(("fork", "forkpty"), "another process"),
    **dict.fromkeys(("kill", "killpg"), "a signal"),
    **dict.fromkeys(
        ("execl", "execle", "execlp", "execlpe", "execv", "execve", "execvp", "execvpe", "popen", "posix_spawn",
         "posix_spawnp", "spawnl", "spawnv", "startfile", "system"), "another program",
    ),
}  # fmt: skip
"""What the simulated machine does not have, and what it is."""


def make_uuid(space: "Space") -> ModuleType:
    """``uuid`` drawn from the server's own stream."""
    stream = space.random

    def uuid4() -> real_uuid.UUID:
        return real_uuid.UUID(bytes=stream.randbytes(16), version=4)

    def uuid1(node: int | None = None, clock_seq: int | None = None) -> real_uuid.UUID:
        return real_uuid.UUID(int=stream.getrandbits(128), version=1)

    return Proxy(real_uuid, uuid1=uuid1, uuid4=uuid4, getnode=lambda: 0x020000000000)


def make_atexit(space: "Space") -> ModuleType:
    """``atexit``: a server's process never ends in an orderly way."""
    return Proxy(
        real_atexit,
        register=lambda fn, *args, **kwargs: fn,
        unregister=lambda fn: None,
        _run_exitfuncs=lambda: None,
        _clear=lambda: None,
    )


def make_importlib(space: "Space") -> ModuleType:
    """``importlib`` whose ``import_module`` goes the space's way."""
    return Proxy(importlib, import_module=space.import_module)


def make_asyncio(space: "Space") -> ModuleType:
    """``asyncio`` on an event loop of ours; imported only when somebody asks for it."""
    from raftkit.sim._asyncio import make_asyncio

    return make_asyncio(space)


class _LineLogger:
    """What ``structlog.PrintLogger`` does, without its table that keeps every stream for ever."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def msg(self, text: str) -> None:
        self._stream.write(f"{text}\n")

    log = debug = info = warn = warning = error = err = exception = critical = fatal = failure = msg


def make_structlog(space: "Space") -> ModuleType:
    """``structlog`` with a configuration of the server's own, whose lines go where it prints."""
    import structlog

    settings: dict[str, Any] = {
        "processors": [
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.dev.set_exc_info,
            structlog.dev.ConsoleRenderer(
                colors=False, pad_event_to=0, exception_formatter=structlog.dev.plain_traceback
            ),
        ],
        "logger_factory": lambda *args: _LineLogger(space.stdout),
    }

    def configure(**given: Any) -> None:
        settings.update({name: value for name, value in given.items() if value is not None})

    def get_logger(*args: Any, **initial_values: Any) -> Any:
        chosen = {name: value for name, value in settings.items() if name != "logger_factory"}
        logger = settings["logger_factory"](*args)
        return structlog.wrap_logger(logger, **chosen, **initial_values)

    return Proxy(
        structlog,
        configure=configure,
        get_logger=get_logger,
        getLogger=get_logger,
        PrintLoggerFactory=lambda file=None: lambda *args: _LineLogger(file or space.stdout),
        processors=make_structlog_processors(space),
    )


def make_structlog_processors(space: "Space") -> ModuleType:
    """``structlog.processors`` whose time stamps are the virtual clock's."""
    import structlog.processors

    clock = _Clock(space)

    class TimeStamper:
        def __init__(self, fmt: str | None = None, utc: bool = True, key: str = "timestamp") -> None:
            self._fmt = "%Y-%m-%dT%H:%M:%SZ" if fmt is not None and fmt.lower() == "iso" else fmt
            self._key = key

        def __call__(self, logger: Any, name: str, event_dict: Any) -> Any:
            event_dict[self._key] = clock.time() if self._fmt is None else clock.strftime(self._fmt)
            return event_dict

    return Proxy(structlog.processors, TimeStamper=TimeStamper)


def make_hidden(space: "Space") -> ModuleType:
    """A C module that is hidden so that the pure-Python version is used."""
    raise ImportError("hidden: the pure-Python version runs in virtual time")


STANDINS: dict[str, Callable[["Space"], ModuleType]] = {
    "_queue": make_hidden,
    "_thread": make_thread,
    "asyncio": make_asyncio,
    "atexit": make_atexit,
    "datetime": make_datetime,
    "importlib": make_importlib,
    "os": make_os,
    "random": make_random,
    "structlog": make_structlog,
    "structlog.processors": make_structlog_processors,
    "sys": make_sys,
    "threading": make_threading,
    "time": make_time,
    "uuid": make_uuid,
}
