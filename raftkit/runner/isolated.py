"""What ``--isolate`` asks of the runner: a world in a locked process, watched by the runner's own rules."""

from functools import partial
from pathlib import Path

from raftkit.contract import Location
from raftkit.errors import CaseFailed, ContractError
from raftkit.runner import heartbeat
from raftkit.runner._watchdog import Watchdog
from raftkit.runner.endings import CHECK_LIMITS
from raftkit.runner.places import impls_dir
from raftkit.runner.request import RunRequest
from raftkit.suite import suites_dir
from raftkit.worlds.process import ProcessWorld, check_in_process, isolation_here, order_for, waited

_told: set[str] = set()


def isolated_world(request: RunRequest, location: Location, seed: str) -> ProcessWorld:
    """A world in a process of its own, from which suites, traces and other implementations are hidden."""
    heartbeat.progress = waited  # until there is a world that moves
    traces = str(Path(request.trace_file).resolve().parent) if request.trace_file else ""
    hidden = (request.suite, traces, str(suites_dir()), str(impls_dir()))
    limits = request.limits
    return ProcessWorld(order_for(location, seed, limits, hidden), limits, partial(Watchdog, limits))


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
