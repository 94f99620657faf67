"""From how a process ended, and what it printed, to a result. What it printed is Go's testing's word, and untrusted."""

import re
from pathlib import Path

from raftkit.errors import CaseFailed
from raftkit.gotest.names import part_of
from raftkit.gotest.process import LONGEST_OUTPUT, Ended
from raftkit.gotest.running import Case
from raftkit.gotest.stacks import stacks
from raftkit.gotest.words import Words, read_words
from raftkit.model import SECOND, Failure, Limits, Result, Verdict
from raftkit.texts import exit_text
from raftkit.worlds.process import LastWords, struck

_PANIC = re.compile(r"^(?P<how>panic|fatal error): (?P<what>.*)", re.MULTILINE)
_TIMEOUT = "panic: test timed out after"
_RACE = "WARNING: DATA RACE"


def judge(case: Case, ended: Ended, limits: Limits, root: Path) -> Result:
    """Say how a test ended.

    Args:
        case: What was run.
        ended: How its process ended.
        limits: What it might use.
        root: The module, whose files a stack may show.
    """
    words = read_words(ended.text, case.test)
    broken = _broken(ended, words, limits, root)
    numbers = words.numbers
    return Result(
        id=case.test,
        part=part_of(case.test) or "tests",
        title=words.title or case.test,
        seed=case.seed,
        verdict=broken.verdict if broken else Verdict.PASSED,
        reason=broken.failure.summary if broken else "",
        failure=broken.failure if broken else None,
        lab_ns=ended.lab_ns,
        wall_seconds=ended.wall_seconds,
        cpu_seconds=ended.cpu_seconds,
        servers=numbers.servers,
        rpcs=numbers.rpcs,
        bytes=numbers.bytes,
        commits=numbers.commits,
    )


def _broken(ended: Ended, words: Words, limits: Limits, root: Path) -> CaseFailed | None:
    """What broke; None for a pass."""
    if ended.strike:
        return _struck(ended, words, limits, root)
    if ended.code == 0 and words.says == "PASS":
        return None
    if _TIMEOUT in ended.text:
        return _failed(
            "TestLimitExceeded",
            f"the test took longer than {limits.test_ns / SECOND:g} s (--test-limit changes the limit)",
            f"{words.lines}\n{stacks(ended.text, root)}",
            verdict=Verdict.TIMED_OUT,
            advice="the goroutines below are those in the package's own files: whom does each wait for?",
        )
    if _RACE in ended.text:
        return _failed("DataRace", "Go's race detector found a data race", _from(_RACE, ended.text))
    if panic := _PANIC.search(ended.text):
        return _failed(
            "Panic" if panic["how"] == "panic" else "FatalError",
            panic["what"],
            f"{words.lines}\n{stacks(ended.text[panic.start() :], root)}",
            verdict=Verdict.CRASHED,
            advice="start with the first line of the stack that is in your own file",
        )
    if words.says == "FAIL":
        return _failed("TestFailed", words.complaint or "the test failed, and does not say why", words.lines)
    if words.says == "SKIP":
        return _failed("Skipped", "the test skipped itself", words.lines, verdict=Verdict.VACUOUS)
    return _failed(
        "ProcessDied",
        f"the test's process ended before the test did: {exit_text(ended.code)}",
        words.lines,
        verdict=Verdict.CRASHED,
        advice="look for log.Fatal and os.Exit",
    )


def _struck(ended: Ended, words: Words, limits: Limits, root: Path) -> CaseFailed:
    """A limit struck that only somebody outside can see."""
    found = stacks(ended.text, root)
    details = f"{words.lines}\n{found}"
    if ended.strike == "output":
        return _failed(
            "OutputLimitExceeded", f"the test printed more than {LONGEST_OUTPUT / 2**30:g} GiB", details
        )
    if ended.strike == "time":
        return _failed(
            "TestLimitExceeded",
            f"the test took longer than {limits.test_ns / SECOND:g} s, and no goroutine could say so",
            details,
            verdict=Verdict.TIMED_OUT,
        )
    if ended.strike != "idle":
        return struck(ended.strike, limits, limits.memory_bytes, LastWords("", details, ""))
    return _failed(
        "BusyLoop",
        f"no virtual time passed for {limits.idle_seconds:g} s of real time: a goroutine never waits",
        details,
        verdict=Verdict.BUSY,
        advice="let the loop wait, by time.Sleep or a sync.Cond; with --real it may spin, and takes its time",
    )


def _failed(
    kind: str, summary: str, details: str, *, verdict: Verdict = Verdict.FAILED, advice: str = ""
) -> CaseFailed:
    return CaseFailed(
        Failure(kind=kind, summary=summary, details=details.strip("\n"), advice=advice), verdict
    )


def _from(mark: str, text: str) -> str:
    """The lines from the one that has a mark."""
    return "\n".join(text[text.index(mark) :].splitlines()[:40])
