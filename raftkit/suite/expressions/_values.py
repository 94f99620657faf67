"""What an expression can be worth: kinds for the check before a run, values while it runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from raftkit.model import MS, SECOND, US


class Kind(StrEnum):
    """The sorts of values; each reads as what an error message calls it."""

    NUMBER = "a whole number"
    DECIMAL = "a decimal number"
    DURATION = "a duration"
    PERCENTAGE = "a percentage"
    TRUTH = "true or false"
    TEXT = "a text"
    SERVER = "a server"
    LIST = "a list"
    NUMBERS = "a range of numbers"
    DURATIONS = "a range of durations"
    NONE = "none"
    ANY = "anything"


@dataclass(frozen=True, slots=True, order=True)
class Duration:
    """A length of virtual time."""

    ns: int

    def __str__(self) -> str:
        for unit, name in ((SECOND, "s"), (MS, "ms"), (US, "us")):
            if self.ns and self.ns % unit == 0:
                return f"{self.ns // unit} {name}"
        return f"{self.ns} ns" if self.ns else "0 ms"


@dataclass(frozen=True, slots=True, order=True)
class Percentage:
    """A share of one: 10% is 1/10."""

    share: Fraction

    def __str__(self) -> str:
        return f"{float(self.share * 100):g}%"


@dataclass(frozen=True, slots=True)
class Server:
    """A server of the cluster; its number is already wrapped around modulo n."""

    number: int

    def __str__(self) -> str:
        return str(self.number)


@dataclass(frozen=True, slots=True)
class Range:
    """Everything from low to high, both included."""

    low: int | Duration
    high: int | Duration

    def __str__(self) -> str:
        return f"{self.low}..{self.high}"


Value: TypeAlias = int | Fraction | str | Duration | Percentage | Server | Range | Sequence["Value"] | None

_KINDS: dict[type, Kind] = {
    bool: Kind.TRUTH,
    int: Kind.NUMBER,
    Fraction: Kind.DECIMAL,
    str: Kind.TEXT,
    Duration: Kind.DURATION,
    Percentage: Kind.PERCENTAGE,
    Server: Kind.SERVER,
    list: Kind.LIST,
    tuple: Kind.LIST,
    type(None): Kind.NONE,
}


def kind_of(value: Value) -> Kind:
    """Name the kind of a value."""
    if isinstance(value, Range):
        return Kind.DURATIONS if isinstance(value.low, Duration) else Kind.NUMBERS
    return _KINDS[type(value)]


def show(value: Value) -> str:
    """Write a value as people read it in a message."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        text = value if len(value) <= 40 else f"{value[:37]}..."
        return f'"{text}"' if text.isprintable() else repr(text)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(show(item) for item in value) + "]"
    if isinstance(value, Fraction):
        return f"{float(value):g}"
    return str(value)
