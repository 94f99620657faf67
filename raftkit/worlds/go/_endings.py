"""How a Go process ended that could not say so itself: verdict, reason, evidence."""

from raftkit.errors import CaseFailed
from raftkit.model import Failure, Limits, Verdict
from raftkit.texts import exit_text
from raftkit.worlds.go._dump import Dump
from raftkit.worlds.process import struck


def died(code: int, dump: Dump, limits: Limits) -> CaseFailed:
    """The process ended in the middle of the test."""
    if "out of memory" in dump.what or "cannot allocate memory" in dump.what:
        return struck("memory", limits, limits.memory_bytes, dump.words)
    whose = "a server" if dump.server is None else f"server {dump.server}"
    if dump.what.startswith("panic: "):
        kind, summary = "Panic", f"{whose} panicked: {dump.what.removeprefix('panic: ')}"
    elif dump.what:
        kind, summary = "FatalError", f"{whose} ended the process by a {dump.what}"
    else:
        kind, summary = "ProcessDied", f"the implementation's process ended in mid-test: {exit_text(code)}"
    return CaseFailed(
        Failure(
            kind=kind,
            summary=summary,
            expected="no panic leaves the implementation's code",
            observed=f"{kind} in {dump.place}" if dump.place else kind,
            advice="start with the first line of the stack that is in your own file",
            details=dump.stack,
        ),
        Verdict.CRASHED,
    )


def looped(dump: Dump, limits: Limits) -> CaseFailed:
    """Time did not pass: some goroutine never waits."""
    where = f" at {dump.place}" if dump.place else ""
    return CaseFailed(
        Failure(
            kind="BusyLoop",
            summary=f"a goroutine loops without ever waiting for anything{where}",
            expected="a loop that waits for something sleeps, or waits on a channel or a sync.Cond",
            observed=f"no time passed for {limits.idle_seconds:g} s of real time; the stack below is where it was",
            advice="let the loop wait: time.Sleep(10 * time.Millisecond), or a sync.Cond that is signalled; "
            "as it is, it runs with --clock real, as slowly as the lab's own tests",
            details=dump.stack,
        ),
        Verdict.BUSY,
    )
