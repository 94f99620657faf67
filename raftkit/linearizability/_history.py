"""The words of a history: what a client asked for, when, and what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Kind(StrEnum):
    """What can be done to a key."""

    GET = "get"
    PUT = "put"
    APPEND = "append"
    COMPARE_AND_SET = "compare_and_set"


Result: TypeAlias = str | bool | tuple[str, ...] | None
"""A value that was read, whether a comparison held, or None for what answers nothing."""


@dataclass(frozen=True, slots=True)
class Action:
    """What a client wants.

    Attributes:
        value: What to write; empty for a get.
        expected: What a compare-and-set replaces.
    """

    kind: Kind
    key: str
    value: str = ""
    expected: str = ""

    def __str__(self) -> str:
        match self.kind:
            case Kind.GET:
                return f"get {self.key}"
            case Kind.COMPARE_AND_SET:
                return f"compare_and_set {self.key} {self.expected or '(nothing)'} {self.value}"
            case _:
                return f"{self.kind} {self.key} {self.value}"


class Outcome(StrEnum):
    """What the client knows of it at the end."""

    OK = "ok"  # it happened, with this result
    FAIL = "fail"  # it did not happen, and never will
    INFO = "info"  # nobody can say: it may happen at any moment from its call on, or never


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One call of one client.

    Attributes:
        client: Who called.
        called_ns: When, in virtual time.
        returned_ns: When the answer came, or the client gave up; None when it still waits.
        result: What it answered; only an ``OK`` has one.
    """

    client: int
    action: Action
    called_ns: int
    returned_ns: int | None
    outcome: Outcome = Outcome.OK
    result: Result = None

    def __post_init__(self) -> None:
        if self.outcome is Outcome.OK and self.returned_ns is None:
            raise ValueError(f"{self.action} of client {self.client} is ok, and has not returned")
        if self.returned_ns is not None and self.returned_ns < self.called_ns:
            raise ValueError(f"{self.action} of client {self.client} returned before it was called")
