"""Failures that the runner finds by itself, in words: deadlocks, runs that prove nothing, faults of ours."""

import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from msgspec import structs

from raftkit.model import Failure, Where, seconds
from raftkit.oracles import describe_fact
from raftkit.runner.request import MEMORY_LIMIT
from raftkit.runner.values import size_text
from raftkit.worlds import StuckThread

MOST_THREADS = 20
"""Threads that are shown; what goes wrong once goes wrong again and again."""

_OURS = str(Path(__file__).parent.parent)


def nothing_happened(missing: Sequence[str], where: Where) -> Failure:
    """A pass without the facts that its test must show."""
    told = [describe_fact(name) for name in missing]
    return Failure(
        kind="Vacuous",
        summary="nothing broke, but it never happened that " + ", nor that ".join(told),
        where=where,
        expected="a run that shows it: " + ", ".join(missing),
        observed="a pass without it would prove nothing",
        advice="another seed may show it; if none does, the implementation avoids what the test is about",
    )


def nothing_bit(toothless: Sequence[tuple[int, str]], where: Where) -> Failure:
    """A pass in which faults of the suite, each a line and its words, met nobody."""
    line, text = toothless[0]
    others = len(toothless) - 1
    more = f", nor had {others} other(s)" if others else ""
    return Failure(
        kind="Vacuous",
        summary=f"nothing broke, but a fault never had an effect: {text}{more}",
        where=replace(where, line=line, step=""),
        expected="each fault of the suite meets somebody: a message on a cut link, a server that is struck",
        observed="a pass without it would prove nothing",
        advice="let it last longer, let more happen meanwhile, or aim it elsewhere",
    )


def too_many_events(most: int) -> Failure:
    """Somebody who tries many runs has no time for long ones."""
    return Failure(
        kind="TooManyEvents",
        summary=f"more than {most:,} events",
        expected=f"an end within {most:,} events",
        observed="it was still running",
    )


def out_of_memory(limit_bytes: int, where: Where) -> Failure:
    """An allocation of ours found nothing left, because the servers had taken everything."""
    limit = size_text(limit_bytes, gap=" ")
    return Failure(
        kind=MEMORY_LIMIT,
        summary=f"used far more than {limit} of memory (--memory-limit changes the limit)",
        where=where,
        expected=f"at most {limit} of memory for one test, above what was in use when it began",
        observed="no memory was left",
        advice="look for what only grows: a log that is never cut, threads that never end",
    )


def deadlock(chain: Sequence[StuckThread]) -> Failure:
    """Threads that wait for each other, the first for the second and so on."""
    first = chain[0]
    names = " -> ".join(f"{thread.name!r}" for thread in chain)
    return Failure(
        kind="Deadlock",
        summary=f"threads of server {first.server} wait for each other for ever",
        expected="every lock is released by the thread that took it, and none is held over a wait for another",
        observed=names,
        advice="read the stacks below from the top: each thread waits for what the next one holds",
        details=threads_text([*dict.fromkeys(chain)]),
    )


def interrupted(error: KeyboardInterrupt) -> Failure:
    """The implementation raised what only a key should raise."""
    frames = [
        frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(_OURS)
    ]
    return Failure(
        kind="KeyboardInterrupt",
        summary="the implementation raised KeyboardInterrupt, which ends any program",
        expected="no exception leaves the implementation's code",
        observed="a KeyboardInterrupt, and nobody at a keyboard",
        advice="raise an exception of another kind, or end a thread by return",
        details="".join(traceback.format_list(frames)),
    )


def our_fault(error: Exception) -> Failure:
    """An exception of raftkit's own."""
    return Failure(
        kind=type(error).__name__,
        summary=f"raftkit's own fault: {error}",
        expected="no exception inside raftkit",
        observed="this run proves nothing about the implementation",
        advice="please report it, with the command and the seed",
        details=traceback.format_exc(),
    )


def threads_text(threads: Sequence[StuckThread]) -> str:
    """What each waits for, and where it stands; those that do the same are told once."""
    alike: dict[StuckThread, list[StuckThread]] = {}
    for thread in threads:
        alike.setdefault(structs.replace(thread, asked_ns=0), []).append(thread)
    lines = []
    for first, *others in list(alike.values())[:MOST_THREADS]:
        more = f", and {len(others)} more like it" if others else ""
        began = f" (it began at t={seconds(first.asked_ns)}{more})" if first.asked_ns >= 0 else ""
        lines.append(f"server {first.server}, thread {first.name!r} waits for {first.waits_for}{began}")
        lines.extend("    " + line for line in first.stack.splitlines())
    if len(alike) > MOST_THREADS:
        lines.append(f"and {len(alike) - MOST_THREADS} threads that do something else")
    return "\n".join(lines)
