"""How a world ended that could not say so itself: verdict, reason, evidence."""

import os
import signal

from raftkit.errors import CaseFailed
from raftkit.model import Failure, Limits, Verdict
from raftkit.texts import exit_text
from raftkit.worlds.process._last_words import LastWords


def broke_protocol(what: str, words: LastWords) -> CaseFailed:
    """Something came over the pipe that no world says."""
    return CaseFailed(
        Failure(
            kind="ProtocolBroken",
            summary="the implementation's process sent the judge what no world says",
            expected="an implementation that leaves raftkit's descriptors and its objects alone",
            observed=what[:500],
            advice="look for os.write or os.close with a number that was not opened here, and for gc, sys._getframe",
            details=words.details,
        ),
        Verdict.CRASHED,
    )


def died(status: int | None, words: LastWords) -> CaseFailed:
    """The process ended in the middle of the test; the status is None when nobody knows it."""
    code = 0 if status is None else os.waitstatus_to_exitcode(status)
    how = (
        "the implementation's process was killed"
        if code < 0
        else "the implementation's process ended in mid-test"
    )
    if words.fatal:
        how = f"{how}: {words.fatal}"
    elif status is not None:
        how = f"{how}: {exit_text(code)}"
    return CaseFailed(
        Failure(
            kind="ProcessDied",
            summary=how,
            expected="an implementation that raises, or runs until kill()",
            observed=how,
            advice=_advice(code),
            details=words.details,
        ),
        Verdict.CRASHED,
    )


def _advice(code: int) -> str:
    if code == -signal.SIGKILL:
        return "if nobody killed it by hand, the machine ran out of memory: look for a log that only grows"
    if code < 0:
        return "an extension module misbehaves, or os.abort was called: the stack below says where"
    return "look for os._exit and for libraries that end the process"


def struck(strike: str, limits: Limits, grown_bytes: int, words: LastWords) -> CaseFailed:
    """A limit struck: ``idle``, ``cpu``, ``memory`` or ``starved``."""
    verdict, kind, summary, expected, observed, advice = {
        "cpu": _burned,
        "memory": _grew,
        "idle": _hung,
        "starved": _starved,
    }[strike](limits, grown_bytes)
    failure = Failure(
        kind=kind,
        summary=summary,
        expected=expected,
        observed=observed,
        advice=advice,
        details=words.details,
    )
    return CaseFailed(failure, verdict)


_Text = tuple[Verdict, str, str, str, str, str]


def _burned(limits: Limits, _: int) -> _Text:
    limit = f"{limits.cpu_seconds:g} s"
    return (
        Verdict.TIMED_OUT,
        "CpuLimit",
        f"used more than {limit} of processor time (--cpu-limit changes the limit)",
        f"at most {limit} of processor time for one test; the lab's own guidance is a few",
        "still running; the stack below is where it was when time was up",
        "look for work that grows with the log: copying or encoding all of it at each step",
    )


def _grew(limits: Limits, grown_bytes: int) -> _Text:
    limit = f"{limits.memory_bytes / 2**20:.0f} MiB"
    return (
        Verdict.FAILED,
        "MemoryLimitExceeded",
        f"used more than {limit} of memory (--memory-limit changes the limit)",
        f"at most {limit} of memory for one test, above what was in use when it began",
        f"{grown_bytes / 2**20:.0f} MiB, and growing; the stack below is where it was",
        "look for what only grows: a log that is never cut, threads that never end, messages that pile up",
    )


def _hung(limits: Limits, _: int) -> _Text:
    return (
        Verdict.BUSY,
        "Hung",
        f"nothing moved for {limits.idle_seconds:g} s of real time",
        "code that waits through threading, time, queue or its peers, so that lab time can pass",
        "a call that does not return, or a loop that never waits; the stack below is where",
        "C calls wait in real time: take them out, or put time.sleep into the loop",
    )


def _starved(limits: Limits, _: int) -> _Text:
    return (
        Verdict.ERROR,
        "Starved",
        "the machine gave the test no processor time: nothing can be said about it",
        "a machine with a free core",
        "hardly any processor time for a long while, while wanting it",
        "run again with fewer jobs (-j 1), or on a quieter machine",
    )


def broken(text: str, words: LastWords) -> CaseFailed:
    """Raftkit's own code failed in the child: nobody is blamed, and nobody passes."""
    details = "\n".join(part for part in (text.strip()[-20_000:], words.details) if part)
    return CaseFailed(
        Failure(
            kind="HarnessFault",
            summary="raftkit's own code failed in the implementation's process",
            expected="a verdict about the implementation",
            observed="none: this says nothing about the implementation, unless it meddled with raftkit's objects",
            advice="please report it, with this text and the command that repeats it",
            details=details,
        ),
        Verdict.ERROR,
    )
