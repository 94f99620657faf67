"""What ``--isolate`` asks of the runner: a world in a locked process, watched by the runner's own rules."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from raftkit.contract import Location
from raftkit.errors import CaseFailed, ContractError
from raftkit.model import Limits
from raftkit.runner import heartbeat
from raftkit.runner._process import Sample
from raftkit.runner._watchdog import Strike, Watchdog
from raftkit.runner.endings import CHECK_LIMITS
from raftkit.runner.places import impls_dir
from raftkit.runner.request import RunRequest
from raftkit.suite import suites_dir
from raftkit.worlds.process import (
    ProcessWorld,
    WorldProcess,
    check_in_process,
    isolation_here,
    order_for,
    waited,
)

_told: set[str] = set()


def isolated_worlds(
    request: RunRequest, location: Location, *, servers: int, deviations: int | None
) -> Callable[[str], ProcessWorld]:
    """What makes a world in a process of its own, from which suites, traces and other implementations are hidden.

    Where there will be several at a time, as many as ``servers``, the test's processor time is that of all, and
    each has its share of the memory.
    """
    heartbeat.progress = waited  # until there is a world that moves
    traces = str(Path(request.trace_file).resolve().parent) if request.trace_file else ""
    hidden = (request.suite, traces, str(suites_dir()), str(impls_dir()))
    limits = replace(request.limits, memory_bytes=request.limits.memory_bytes // servers)
    spent: dict[int, float] = {}

    def make(seed: str) -> ProcessWorld:
        order = order_for(
            location, seed, limits, hidden, instrument=request.mode.instrumentation, deviations=deviations
        )
        return ProcessWorld(WorldProcess(order, limits, partial(SharedWatchdog, limits, spent)))

    return make


class SharedWatchdog(Watchdog):
    """One of several that watch a test: what each has seen spent counts together."""

    def __init__(self, limits: Limits, spent: dict[int, float], now: float, sample: Sample | None) -> None:
        super().__init__(limits, now, sample)
        self._spent, self._place = spent, len(spent)
        self._spent[self._place] = 0.0

    def look(self, now: float, sample: Sample | None) -> Strike | None:
        """Return the limit that strikes now, if any does."""
        if sample is not None:
            self._spent[self._place] = sample.cpu_seconds
        if sum(self._spent.values()) > self._limits.cpu_seconds:
            return Strike.CPU
        return super().look(now, sample)


def isolation_warnings() -> tuple[str, ...]:
    """What must be said about isolation on this machine, the first time; nothing where all of it holds."""
    warning = isolation_here().warning
    if not warning or warning in _told:
        return ()
    _told.add(warning)
    return (warning,)


def check_isolated(implementation: str) -> str:
    """Look at an implementation's shape, its code locked in; return its absolute spec.

    Raises:
        ContractError: It cannot be plugged in.
    """
    try:
        return check_in_process(implementation, CHECK_LIMITS, partial(Watchdog, CHECK_LIMITS))
    except CaseFailed as error:
        failure = error.failure
        raise ContractError(
            "loading the implementation did not come to an end",
            where=implementation,
            found=f"{failure.summary}\n{failure.details}".strip(),
            wanted="a module that can be imported: it defines a class and returns",
        ) from None
