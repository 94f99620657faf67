"""What a Go lab asks of the runner: a program that is built first, and worlds that are processes of it."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from raftkit.contract import Location
from raftkit.errors import ContractError
from raftkit.model import Mode
from raftkit.runner import heartbeat
from raftkit.runner.isolated import SharedWatchdog
from raftkit.runner.request import RunRequest
from raftkit.worlds.go import GoProcess, GoWorld, build, waited


def go_worlds(request: RunRequest, location: Location, *, servers: int) -> Callable[[str], GoWorld]:
    """What makes a world of a Go lab; where there will be several at a time, they share limits.

    Raises:
        ContractError: It does not compile.
    """
    heartbeat.progress = waited  # until there is a world that moves
    program = build(location)
    limits = replace(request.limits, memory_bytes=request.limits.memory_bytes // servers)
    spent: dict[int, float] = {}

    def make(seed: str) -> GoWorld:
        watch = partial(SharedWatchdog, limits, spent)
        return GoWorld(GoProcess(program, location.roots[0], seed, limits, watch))

    return make


def check_go(location: Location) -> str:
    """Build a Go lab, and say where it is.

    Raises:
        ContractError: It does not compile.
    """
    heartbeat.progress = waited
    build(location)
    return location.spec


def refuse_for_go(location: Location, mode: Mode, *, debugged: bool = False) -> None:
    """Refuse ways to run that need Python, when this is none.

    Raises:
        ContractError: It is one of them.
    """
    if not location.is_go:
        return
    asked = {
        "--isolate": mode.isolate,
        "--race": mode.race,
        "--preempt": mode.preempt,
        "a debugger": debugged,
    }
    for name, wanted in asked.items():
        if wanted:
            raise ContractError(
                f"a Go lab cannot be run with {name}",
                where=str(location.path.parent),
                found=f"a package of Go's, and {name}",
                wanted="an implementation in Python, or a run without it",
                advice="go test -race finds data races in a Go lab" if name == "--race" else "",
            )
