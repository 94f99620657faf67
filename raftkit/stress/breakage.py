"""What broke, so that failures with one cause come together and others do not.

Numbers differ from seed to seed: terms, indexes, moments, which server. What stays is the *kind* of
failure and its *place*:

* for an exception, a busy loop or a hanging call, the innermost line of the implementation's own;
* for a deadlock, the own line at which each thread of the circle stands;
* for a check of the test, the test and its step;
* for an invariant of Raft (two leaders in one term, a lost entry), nothing: it breaks in whatever test
  happens to run, and the sentence without its numbers says which side of it broke.
"""

import os
import re

import msgspec

from raftkit.model import Failure, Result, Verdict

CHECKS = frozenset({
    "AgreementFailed", "CheckFailed", "CommandLost", "NoAttemptSucceeded", "NoLeader", "NotCaughtUp",
    "NotCommitted", "NothingAnswered", "NothingCommits", "SavedStateTooLarge", "StartAccepted",
    "StartRefused", "TermTooLow", "TermsDiffer", "TestLimitExceeded", "TooManyRPCs", "TooManybytes",
    "UnexpectedLeader", "UnknownCommand", "WrongCommand", "WrongIndex",
})  # fmt: skip
"""Kinds that a step of a test finds: what they mean depends on the step."""
_FRAME = re.compile(r"^\s*(?P<file>\S.*?):(?P<line>\d+) in (?P<function>\S+)$")
_THREAD = re.compile(r"^server \d+, thread ")
_NUMBER = re.compile(r"(?<![A-Za-z])[+-]?\d+(?:\.\d+)?")
_NUMBERED_THREAD = re.compile(r"Thread-\d+")
_NAMES = re.compile(r"\bS\d+\b")
LONGEST_SHAPE = 160


class Breakage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What broke in one run.

    Attributes:
        kind: The failure's name, or the verdict where there is none.
        place: Where, by the rules above; may be empty.
        shape: The sentence that says what happened, numbers taken out; empty where the place says enough.
        summary: The sentence itself, from this run.
        moment_ns: When, on the lab clock.
    """

    kind: str
    place: str = ""
    shape: str = ""
    summary: str = ""
    moment_ns: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Equal for failures that belong together."""
        return self.kind, self.place, self.shape


def breakage(result: Result, implementation: str) -> Breakage | None:
    """Say what broke in a run; None when nothing did. ``implementation`` is its absolute spec."""
    if result.verdict in (Verdict.PASSED, Verdict.NOT_RUN):
        return None
    failure = result.failure or Failure(kind=result.verdict.value, summary=result.reason)
    place = _own_place(failure, implementation)
    shape = "" if place else _shape(failure.summary)
    if not place and (failure.kind in CHECKS or result.verdict is Verdict.VACUOUS):
        place, shape = _step(result, failure), ""
    moment_ns = failure.where.at_ns if failure.where else result.lab_ns
    return Breakage(kind=failure.kind, place=place, shape=shape, summary=failure.summary, moment_ns=moment_ns)


def _own_place(failure: Failure, implementation: str) -> str:
    """The innermost own line of each stack that the failure shows, in a fixed order."""
    folder = os.path.dirname(implementation.partition(":")[0])
    innermost: dict[int, str] = {}
    stack = 0
    for line in failure.details.splitlines():
        if _THREAD.match(line):
            stack += 1
        elif (frame := _FRAME.match(line)) and (name := _own_name(frame["file"], folder)):
            innermost[stack] = f"{name}:{frame['line']} in {frame['function']}"
    return " + ".join(sorted(set(innermost.values())))


def _own_name(file: str, folder: str) -> str:
    """A file's path below the implementation's folder; empty when it is not there."""
    path = os.path.abspath(file)
    return os.path.relpath(path, folder) if folder and path.startswith(folder + os.sep) else ""


def _shape(text: str) -> str:
    text = _NUMBERED_THREAD.sub("Thread-…", text)
    text = _NAMES.sub("S…", text)
    return _NUMBER.sub("…", text)[:LONGEST_SHAPE]


def _step(result: Result, failure: Failure) -> str:
    where = failure.where
    step = f" step {where.step}" if where is not None and where.step else ""
    return f"{result.id}{step}"
