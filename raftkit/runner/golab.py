"""What a Go lab asks of the runner: a program that is built first, and worlds that are processes of it."""

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from raftkit.contract import Location
from raftkit.errors import CaseFailed, ContractError
from raftkit.model import Clock, Failure, Mode, Verdict
from raftkit.runner import heartbeat
from raftkit.runner.isolated import SharedWatchdog
from raftkit.runner.request import RunRequest
from raftkit.suite import Test
from raftkit.worlds.go import GoProcess, GoWorld, build, waited


def go_worlds(request: RunRequest, location: Location, *, servers: int) -> Callable[[str], GoWorld]:
    """What makes a world of a Go lab; where there will be several at a time, they share limits.

    Raises:
        ContractError: It does not compile.
    """
    heartbeat.progress = waited  # until there is a world that moves
    clock = request.mode.clock
    program = build(location, clock)
    limits = replace(request.limits, memory_bytes=request.limits.memory_bytes // servers)
    if clock is Clock.REAL:
        limits = replace(limits, cpu_seconds=math.inf)  # whoever never waits burns it; time ends that now
    spent: dict[int, float] = {}

    def make(seed: str) -> GoWorld:
        watch = partial(SharedWatchdog, limits, spent)
        return GoWorld(GoProcess(program, location.roots[0], seed, clock, limits, watch))

    return make


def check_go(location: Location) -> str:
    """Build a Go lab, and say where it is.

    Raises:
        ContractError: It does not compile.
    """
    heartbeat.progress = waited
    build(location, Clock.VIRTUAL)
    return location.spec


def refuse_mode(location: Location, mode: Mode, *, debugged: bool = False) -> None:
    """Refuse ways to run that an implementation's language does not allow.

    Raises:
        ContractError: It is one of them.
    """
    needs_python = {
        "--isolate": mode.isolate,
        "--race": mode.race,
        "--preempt": mode.preempt,
        "a debugger": debugged,
    }
    if location.is_go:
        for name, wanted in needs_python.items():
            if wanted:
                advice = "go test -race finds data races in a Go lab" if name == "--race" else ""
                raise _refusal(
                    location, "a Go lab", name, "an implementation in Python, or a run without it", advice
                )
    elif mode.clock is Clock.REAL:
        raise _refusal(
            location,
            "an implementation in Python",
            "--clock real",
            "a Go lab, or a run without it",
            "here a loop that never waits is shown with its line, and virtual time is the only one",
        )
    if mode.clock is Clock.REAL and mode.apart:
        raise _refusal(
            location,
            "a Go lab",
            "--clock real and --apart",
            "one of them",
            "servers apart run one after another, and real time waits for nobody",
        )


def refuse_faults(location: Location, mode: Mode, test: Test) -> None:
    """End a test, before it begins, that has faults which goroutines cannot have.

    Raises:
        CaseFailed: It has one; nobody is blamed.
    """
    impossible = {"clock"} if mode.apart else {"clock", "freeze"}
    if not location.is_go or not (found := sorted(impossible & test.step_names)):
        return
    raise CaseFailed(
        Failure(
            kind="NotForGo",
            summary=f"this test has a fault that a Go lab cannot have here: {', '.join(found)}",
            expected="a test without that fault",
            observed="nothing has run, and nothing can be said about the implementation",
            advice="a server that is alone in its process can stand still: --apart"
            if found == ["freeze"]
            else "docs/go.md says which faults there are for Go",
        ),
        Verdict.ERROR,
    )


def _refusal(location: Location, what: str, how: str, wanted: str, advice: str) -> ContractError:
    return ContractError(
        f"{what} cannot be run with {how}",
        where=str(location.path.parent if location.is_go else location.path),
        found=how,
        wanted=wanted,
        advice=advice,
    )
