"""Option values as people type them: ``120s``, ``1..50``. Every refusal says what is accepted."""

import os
import re

from raftkit.model import SECOND

SEEDS_LIMIT = 100_000
"""More seeds than this in one run is a typing mistake."""
_SEED_BOUND = 2**63
_DRAWN_BOUND = 2**31
"""A drawn seed is small enough to be read aloud."""
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "min": 60.0, "h": 3600.0}
_DURATION = re.compile(r"(\d+(?:\.\d+)?|\.\d+)\s*([a-z]*)")


def draw_seed() -> int:
    """Draw a seed from the operating system."""
    return int.from_bytes(os.urandom(8), "little") % _DRAWN_BOUND


def parse_duration(text: str) -> float:
    """Return seconds: ``120``, ``120s``, ``2m``, ``1.5h``, ``500ms``.

    Raises:
        ValueError: It is something else, or not above zero.
    """
    match = _DURATION.fullmatch(text.strip().lower())
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
