"""From an option's text to its value: servers, terms, times, topics. Every refusal says what is accepted."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

import typer

from raftkit.runner.values import nanoseconds, parse_duration

_T = TypeVar("_T")
_MOST_SERVERS = 1000
_MOST_DIGITS = 18


def accept(option: str, parse: Callable[[str], _T], text: str) -> _T | None:
    """Parse an option's text, None for an empty one; a refusal names the option."""
    return required(option, parse, text) if text else None


def required(option: str, parse: Callable[[str], _T], text: str) -> _T:
    """Parse an option's text, which must be there."""
    try:
        return parse(text)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


def whole_number(what: str, text: str, most: int, least: int = 1) -> int:
    """Return a whole number between two bounds; ``what`` it is, a refusal says: ``number of jobs``."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS and least <= int(text) <= most):
        raise ValueError(f"{text!r} is no {what}: write a whole number from {least} to {most}")
    return int(text)


def servers(text: str) -> frozenset[int]:
    """Return the servers in ``0-2,4``; ``S4`` and ``0..2`` are understood too."""
    found: set[int] = set()
    for part in text.upper().replace("S", "").replace("..", "-").split(","):
        match = re.fullmatch(r"\s*(\d{1,3})(?:\s*-\s*(\d{1,3}))?\s*", part)
        if match is None:
            raise ValueError(f"{text!r} names no servers: write 1, 0-2 or 0-2,4")
        first, last = int(match[1]), int(match[2] or match[1])
        if last < first:
            raise ValueError(f"{part.strip()!r} runs backwards: write {last}-{first}")
        found.update(range(first, last + 1))
    return frozenset(found)


def terms(text: str) -> tuple[int, int]:
    """Return the first and last term in ``3..5``, ``3..``, ``..5`` or ``3``."""
    match = re.fullmatch(r"\s*T?(\d{0,18})\s*(\.\.|-)?\s*T?(\d{0,18})\s*", text, re.IGNORECASE)
    if match is None or not (match[1] or match[3]) or (match[3] and not match[2]):
        raise ValueError(f"{text!r} names no terms: write 3, 3..5, 3.. or ..5")
    first = int(match[1] or 0)
    last = int(match[3] or 2**63) if match[2] else first
    if last < first:
        raise ValueError(f"{text!r} runs backwards: write {last}..{first}")
    return first, last


def duration_ns(text: str) -> int:
    """Return virtual nanoseconds: ``2.1s``, ``300ms``, ``2.1``, ``0``."""
    return 0 if re.fullmatch(r"0+(\.0+)?(s|ms)?", text.strip()) else nanoseconds(parse_duration(text))


def pattern(text: str) -> re.Pattern[str]:
    """Return a compiled regular expression."""
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"{text!r} is no regular expression: {error}") from None


def topics(text: str) -> frozenset[str]:
    """Return the topics in ``VOTE,lead``."""
    return frozenset(part.strip().upper() for part in text.split(",") if part.strip())
