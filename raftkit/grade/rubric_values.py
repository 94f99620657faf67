"""Values in a rubric: points, percentages, seeds, limits. Each refusal says what is accepted."""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import TypeVar

from raftkit.model import Limits
from raftkit.runner.values import nanoseconds, parse_duration, parse_seeds, parse_size
from raftkit.suite.document import Scalar, Sequence, YamlNode, describe, take_apart

T = TypeVar("T")
MOST_SEEDS = 1000
MOST_POINTS = 100_000


def points_of(node: YamlNode) -> Fraction:
    """Read points: ``20``, ``7.5``."""
    if not isinstance(node, Scalar) or not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", node.text, re.ASCII):
        raise node.place.error(f"wanted points such as 20 or 7.5, found {describe(node)}")
    points = Fraction(node.text)
    if points > MOST_POINTS:
        raise node.place.error(f"{node.text} points: at most {MOST_POINTS}")
    return points


def percent_of(node: YamlNode) -> Fraction:
    """Read a share: ``90%``."""
    if not isinstance(node, Scalar) or not re.fullmatch(r"\d{1,3}(\.\d{1,3})?\s?%", node.text, re.ASCII):
        raise node.place.error(f"wanted a percentage such as 90%, found {describe(node)}")
    share = Fraction(node.text.rstrip("% ")) / 100
    if share > 1:
        raise node.place.error(f"{node.text} is more than all")
    return share


def seeds_of(node: YamlNode) -> tuple[int, ...]:
    """Read seeds: ``5`` for 1 to 5, ``1000..1019``, ``7,9`` or a list."""
    if isinstance(node, Scalar) and re.fullmatch(r"\d{1,20}", node.text, re.ASCII):
        count = int(node.text)
        seeds = list(range(1, min(count, MOST_SEEDS) + 1))
    elif isinstance(node, Scalar):
        seeds = _parsed(parse_seeds, node)
        count = len(seeds)
    elif isinstance(node, Sequence):
        seeds = list(dict.fromkeys(seed for item in node.items for seed in _parsed(parse_seeds, item)))
        count = len(seeds)
    else:
        raise node.place.error(f"wanted how many seeds, or which, found {describe(node)}", advice="seeds: 5")
    if not 1 <= count <= MOST_SEEDS:
        raise node.place.error(f"{count} seeds: from 1 to {MOST_SEEDS} are possible")
    return tuple(seeds)


def limits_of(node: YamlNode | None) -> Limits:
    """Read limits, each with its unit; the usual ones where nothing is said."""
    if node is None:
        return Limits()
    usual = Limits()
    fields = take_apart(node, ("test", "cpu", "memory"), "`limits`", required=())
    return Limits(
        test_ns=nanoseconds(_parsed(parse_duration, fields["test"])) if "test" in fields else usual.test_ns,
        cpu_seconds=_parsed(parse_duration, fields["cpu"]) if "cpu" in fields else usual.cpu_seconds,
        memory_bytes=_parsed(parse_size, fields["memory"]) if "memory" in fields else usual.memory_bytes,
    )


def _parsed(parse: Callable[[str], T], node: YamlNode) -> T:
    if not isinstance(node, Scalar):
        raise node.place.error(f"wanted one value, found {describe(node)}")
    try:
        return parse(node.text)
    except ValueError as error:
        raise node.place.error(str(error)) from None
