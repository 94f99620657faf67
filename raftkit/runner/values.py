"""Option values as people type them: ``120s``, ``1GiB``, ``1..50``. Every refusal says what is accepted."""

import os
import re

from raftkit.model import SECOND

SEEDS_LIMIT = 100_000
"""More seeds than this in one run is a typing mistake."""
_SEED_BOUND = 2**63
_DRAWN_BOUND = 2**31
"""A drawn seed is small enough to be read aloud."""
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_SIZES = {
    "": 1, "b": 1,
    "k": 2**10, "kib": 2**10, "kb": 10**3,
    "m": 2**20, "mib": 2**20, "mb": 10**6,
    "g": 2**30, "gib": 2**30, "gb": 10**9,
    "t": 2**40, "tib": 2**40, "tb": 10**12,
}  # fmt: skip
_SHOWN_SIZES = ("GiB", "GB", "MiB", "MB", "KiB", "KB")
_NUMBER_UNIT = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)")


def draw_seed() -> int:
    """Draw a seed from the operating system."""
    return int.from_bytes(os.urandom(8), "little") % _DRAWN_BOUND


def parse_duration(text: str) -> float:
    """Return seconds: ``120``, ``120s``, ``2m``, ``1.5h``, ``500ms``.

    Raises:
        ValueError: It is something else, or not above zero.
    """
    match = _NUMBER_UNIT.fullmatch(text.strip().lower())
    unit = _UNITS.get(match[2] or "s") if match else None
    if match is None or unit is None:
        raise ValueError(f"{text!r} is no duration: write 120s, 2m, 1.5h or 500ms")
    seconds = float(match[1]) * unit
    if not 0.001 <= seconds <= 10**7:
        raise ValueError(f"{text!r} is out of range: write something from 1ms to 2700h")
    return seconds


def duration_text(seconds: float) -> str:
    """Return seconds as ``parse_duration`` reads them."""
    return f"{seconds:.6f}".rstrip("0").rstrip(".") + "s"


def parse_size(text: str) -> int:
    """Return bytes: ``1GiB``, ``1G``, ``1.5GB``, ``500MB``.

    Raises:
        ValueError: It is something else, or out of range.
    """
    match = _NUMBER_UNIT.fullmatch(text.strip().lower())
    unit = _SIZES.get(match[2]) if match else None
    if match is None or unit is None:
        raise ValueError(f"{text!r} is no size: write 1GiB, 1.5GB or 500MB")
    size = round(float(match[1]) * unit)
    if not 10**6 <= size <= 2**50:
        raise ValueError(f"{text!r} is out of range: write something from 1MB to 1024TiB")
    return size


def size_text(size: int, gap: str = "") -> str:
    """Return bytes as ``parse_size`` reads them, with ``gap`` between number and unit."""
    for unit in _SHOWN_SIZES:
        value = size / _SIZES[unit.lower()]
        if value >= 1 and round(value, 3) * _SIZES[unit.lower()] == size:
            return f"{value:.3f}".rstrip("0").rstrip(".") + gap + unit
    return f"{size}{gap}B"


def nanoseconds(seconds: float) -> int:
    """Convert to the lab clock's unit."""
    return round(seconds * SECOND)


def parse_seed(text: str) -> int:
    """Return one seed.

    Raises:
        ValueError: It is no whole number from 0 to 2**63 - 1.
    """
    text = text.strip()
    if not (text.isascii() and text.isdigit() and int(text) < _SEED_BOUND):
        raise ValueError(f"{text!r} is no seed: write a whole number from 0 to {_SEED_BOUND - 1}")
    return int(text)


def parse_seeds(text: str) -> list[int]:
    """Return the seeds that ``1..50``, ``1,2,5`` or ``7,100..109`` names, each once, in that order.

    Raises:
        ValueError: It names none, or too many, or is something else.
    """
    seeds: dict[int, None] = {}
    for part in text.split(","):
        first, dots, last = part.partition("..")
        try:
            start = parse_seed(first)
            stop = parse_seed(last) if dots else start
        except ValueError:
            raise ValueError(f"{text!r} names no seeds: write 7, 1..50 or 1,2,5") from None
        if stop < start:
            raise ValueError(f"{part.strip()!r} runs backwards: write {stop}..{start}")
        if stop - start >= SEEDS_LIMIT or len(seeds) + stop - start >= SEEDS_LIMIT:
            raise ValueError(f"{text!r} names more than {SEEDS_LIMIT} seeds")
        seeds.update(dict.fromkeys(range(start, stop + 1)))
    return list(seeds)


def seeds_text(seeds: list[int]) -> str:
    """Return seeds as ``parse_seeds`` reads them, runs of numbers joined."""
    runs: list[list[int]] = []
    for seed in seeds:
        if runs and seed == runs[-1][1] + 1:
            runs[-1][1] = seed
        else:
            runs.append([seed, seed])
    return ",".join(str(a) if a == b else f"{a}..{b}" for a, b in runs)
