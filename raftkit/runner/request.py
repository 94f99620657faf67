"""What a runner child is asked to do: plain data that crosses a pipe."""

from dataclasses import dataclass, field

from raftkit.model import Limits, Mode

MEMORY_LIMIT = "MemoryLimitExceeded"
"""The kind of a failure: what runs a request has grown past its limit."""
ADDRESS_FACTOR = 4
"""Address space that a test may add, in times of its memory limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunRequest:
    """One test, one seed, one implementation.

    Attributes:
        suite: Absolute path of the YAML file.
        test: The test's name in it, ``TestFigure82C``.
        implementation: Absolute spec: ``/path/raft.py``, a folder, ``/path/raft.py:Class``, or a module.
        seed: Fixes everything that chance decides.
        limits: What the test may use.
        trace_file: Where the JSONL trace is written while the test runs; empty for nowhere.
        live_logs: Whether the implementation's log lines are handed on as they happen.
        mode: How it is run.
        most_events: Lines of its trace at which a run is given up; 0 for none.
        network_salt: Another number, other fates of messages and nothing else: a neighbour of the seed.
    """

    suite: str
    test: str
    implementation: str
    seed: int
    limits: Limits
    trace_file: str = ""
    live_logs: bool = False
    mode: Mode = field(default_factory=Mode)
    most_events: int = 0
    network_salt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEvent:
    """One line that an implementation logged or printed.

    Attributes:
        at_ns: Virtual time.
        server: Who said it.
        topic: The logger's name or level, whatever says best what it is about; may be empty.
        text: The message, untrusted.
        fields: Key and value pairs that came with it, as text, untrusted.
    """

    at_ns: int
    server: int
    topic: str
    text: str
    fields: dict[str, str]
