"""One run as plain data, so that it can be made in this process's children or on another machine."""

import msgspec

from raftkit.model import Limits, Mode, Result
from raftkit.stress.work import Tested


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """One run to make; without a test, a look at whether the submission can be plugged in.

    Attributes:
        student: The student's key.
        implementation: Absolute path.
        test: Which test; None for the look.
        seed: Its seed.
        limits: What it may use.
        mode: How it is run; a submission is locked in unless somebody says otherwise.
        folder: Where its trace is written; empty for the look.
    """

    student: str
    implementation: str
    test: Tested | None = None
    seed: int = 0
    limits: Limits = msgspec.field(default_factory=Limits)
    mode: Mode = Mode(isolate=True, apart=True)
    folder: str = ""


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a task.

    Attributes:
        task: The task.
        result: How the run ended; None for a look, and for what was refused.
        refused: Why the submission cannot be plugged in; empty when it can.
        unjudged: Why this says nothing about the submission; empty when it does.
        tries: How often it was made.
    """

    task: Task
    result: Result | None = None
    refused: str = ""
    unjudged: str = ""
    tries: int = 1
