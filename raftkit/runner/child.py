"""The process in which tests run, one after another: ``python -m raftkit.runner.child``.

It is somebody else's code that runs here, so this process is expendable. Its parent
(:mod:`raftkit.runner.parent`) watches it, and replaces it when it hangs or dies. It speaks over
two pipes of its own; what it prints goes to its parent as plain text.

The garbage collector is off while a test runs, so that when an object dies does not depend on how
much was allocated before, and what was imported beforehand is frozen, so that collecting between
tests is cheap.
"""

import contextlib
import faulthandler
import gc
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from raftkit.errors import ContractError
from raftkit.model import Limits, Mode, Result
from raftkit.runner import heartbeat
from raftkit.runner._frames import (
    Beat,
    Broken,
    Check,
    Checked,
    Done,
    FrameReader,
    FromChild,
    Logged,
    Ready,
    Refused,
    Run,
    Started,
    ToChild,
    encode,
)
from raftkit.runner.request import ADDRESS_FACTOR, LogEvent, RunRequest

BEAT_SECONDS = 0.5
"""How often the child looks whether its test moves."""

RunCase = Callable[..., Result]
CheckImplementation = Callable[[str], str]


class Link:
    """The child's end of the pipes. Frames are written whole, whichever thread writes them."""

    def __init__(self, requests: int, replies: int) -> None:
        self._requests = requests
        self._replies = replies
        self._reader = FrameReader(ToChild)
        self._lock = threading.Lock()

    def receive(self) -> ToChild | None:
        """Wait for the next request; None when the parent has gone."""
        while data := os.read(self._requests, 65536):
            for frame in self._reader.feed(data):  # the parent sends one at a time
                return frame  # type: ignore[no-any-return]
        return None

    def send(self, frame: FromChild) -> None:
        """Write a frame."""
        data = memoryview(encode(frame))
        with self._lock:
            while data:
                data = data[os.write(self._replies, data) :]


class Pulse:
    """Beats while a test moves; a context manager around it.

    It looks from a thread of its own. A signal handler would do without one, but it would run on top
    of the implementation's stack, and interrupt its system calls: a run must not feel real time.
    While C code holds the interpreter the thread cannot look either, and that is just what a missing
    beat means.
    """

    def __init__(self, link: Link) -> None:
        self._link = link
        self._parent = os.getppid()
        self._is_running = False
        threading.Thread(target=self._watch, name="pulse", daemon=True).start()

    def __enter__(self) -> None:
        self._is_running = True

    def __exit__(self, *exc_info: object) -> None:
        self._is_running = False

    def _watch(self) -> None:
        seen = 0
        while os.getppid() == self._parent:
            time.sleep(BEAT_SECONDS)
            now = heartbeat.progress()
            if self._is_running and now != seen:
                self._link.send(Beat(time.process_time()))
            seen = now
        os._exit(1)  # nobody is left to tell


class Child:
    """Answers requests until the parent closes the pipe."""

    def __init__(self, link: Link, run_case: RunCase, check: CheckImplementation) -> None:
        from raftkit.runner._leftovers import Leftovers

        self._link = link
        self._pulse = Pulse(link)
        self._run_case = run_case
        self._check = check
        self._leftovers = Leftovers()

    def serve(self) -> None:
        """Answer one request after another."""
        self._link.send(Ready())
        while (frame := self._link.receive()) is not None:
            self._link.send(Started())
            self._link.send(self._answer(frame))
            if self._leftovers.found():
                sys.stdout.flush()
                os._exit(0)  # whoever needs a child next starts a fresh one

    def _answer(self, frame: ToChild) -> FromChild:
        try:
            match frame:
                case Run(request):
                    return Done(self._run(request))
                case Check(implementation, isolate):
                    check = _check_isolated if isolate else self._check
                    with self._pulse, _bounded(Limits().memory_bytes):
                        spec = check(implementation)
                    heartbeat.progress = heartbeat.standstill
                    gc.collect()
                    return Checked(spec)
        except ContractError as error:
            return Refused(error.message, error.where, error.found, error.wanted, error.advice)
        except BaseException:
            return Broken(traceback.format_exc())

    def _run(self, request: RunRequest) -> Result:
        on_log = self._hand_on if request.live_logs else None
        wall, cpu = time.perf_counter(), time.process_time()
        with _no_collector(), _bounded(request.limits.memory_bytes), self._pulse:
            result = self._run_case(request, on_log=on_log)
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            cpu += result.cpu_seconds  # a world in a process of its own has used that, there
            heartbeat.progress = heartbeat.standstill  # it holds all that has ended
            gc.collect()  # while we are watched: finalizers are somebody else's code too
        return replace(result, wall_seconds=wall, cpu_seconds=cpu)

    def _hand_on(self, event: LogEvent) -> None:
        self._link.send(Logged(event))


@contextlib.contextmanager
def _no_collector() -> Any:
    gc.disable()
    try:
        yield
    finally:
        heartbeat.progress = heartbeat.standstill
        gc.enable()


@contextlib.contextmanager
def _bounded(growth_bytes: int) -> Iterator[None]:
    """Let an allocation that is out of all proportion fail where it is made, as a MemoryError.

    Growth in small steps is for the parent to see, who measures what is really used; hence the distance.
    """
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if (now := _address_space()) is not None:
        bounds = [limit for limit in (soft, hard) if limit != resource.RLIM_INFINITY]
        resource.setrlimit(resource.RLIMIT_AS, (min([now + ADDRESS_FACTOR * growth_bytes, *bounds]), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _address_space() -> int | None:
    """How many bytes of address space this process has; None where nobody says."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except OSError:
        return None


def _die_with_parent() -> None:
    """Ask Linux to kill this process when its parent dies, however that happens."""
    if sys.platform == "linux":
        import ctypes

        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


def _prepare(faults: int) -> None:
    import resource

    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent to handle
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    faulthandler.enable(file=faults, all_threads=True)


def _check_isolated(implementation: str) -> str:
    from raftkit.contract import locate
    from raftkit.runner.golab import refuse_mode
    from raftkit.runner.isolated import check_isolated  # only whoever asks for it needs it

    refuse_mode(locate(implementation), Mode(isolate=True))
    return check_isolated(implementation)


def _check(implementation: str) -> str:
    from raftkit.contract import locate
    from raftkit.worlds.local import check_implementation

    location = locate(implementation)
    if not location.is_go:
        return check_implementation(implementation)
    from raftkit.runner.golab import check_go

    return check_go(location)


def _load() -> tuple[RunCase, CheckImplementation]:
    from raftkit.runner.case import run_case

    return run_case, _check


def main(load: Callable[[], tuple[RunCase, CheckImplementation]] = _load) -> None:
    """Serve on the descriptors named on the command line: requests, replies, faults."""
    requests, replies, faults = (int(text) for text in sys.argv[1:4])
    for descriptor in (requests, replies, faults):
        os.set_inheritable(descriptor, False)  # not for processes that an implementation starts
    _prepare(faults)
    link = Link(requests, replies)
    try:
        run_case, check = load()
        sys.dont_write_bytecode = True  # what an implementation imports leaves no files behind
    except BaseException:
        link.send(Broken(traceback.format_exc()))
        return
    gc.collect()
    gc.freeze()
    Child(link, run_case, check).serve()


if __name__ == "__main__":
    main()
