"""Option values: what is accepted, and that a refusal says what is."""

import pytest

from raftkit.runner.values import (
    duration_text,
    parse_duration,
    parse_seed,
    parse_seeds,
    parse_size,
    seeds_text,
    size_text,
)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("120", 120), ("120s", 120), ("2m", 120), ("1.5h", 5400), ("500ms", 0.5), (" 3 min ", 180), ("1S", 1)],
)
def test_durations_carry_units(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds
    assert parse_duration(duration_text(seconds)) == seconds


@pytest.mark.parametrize("text", ["", "abc", "-5s", "5 parsecs", "0", "0s", "nan", "inf", "1e9", "9999999h"])
def test_a_wrong_duration_is_told_what_is_right(text: str) -> None:
    with pytest.raises(ValueError, match=r"write (120s, 2m, 1.5h or 500ms|something from 1ms to 2700h)"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("text", "size", "shown"),
    [
        ("1GiB", 2**30, "1GiB"),
        ("1G", 2**30, "1GiB"),
        ("1.5 gb", 1_500_000_000, "1.5GB"),
        ("512m", 2**29, "512MiB"),
        ("500MB", 500_000_000, "500MB"),
        ("1234567", 1_234_567, "1234.567KB"),
        ("12345678", 12_345_678, "12345.678KB"),
    ],
)
def test_sizes_carry_units(text: str, size: int, shown: str) -> None:
    assert parse_size(text) == size
    assert size_text(size) == shown
    assert parse_size(shown) == size


@pytest.mark.parametrize("text", ["", "much", "-1GB", "1 parsec", "0", "1kB", "99999TB", "nan"])
def test_a_wrong_size_is_told_what_is_right(text: str) -> None:
    with pytest.raises(ValueError, match=r"write (1GiB, 1.5GB or 500MB|something from 1MB to 1024TiB)"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "seeds"),
    [
        ("7", [7]),
        ("1..3", [1, 2, 3]),
        ("1,2,5", [1, 2, 5]),
        ("5,1..3,2", [5, 1, 2, 3]),
        ("0..0", [0]),
        (" 1 , 2 ", [1, 2]),
    ],
)
def test_seeds_are_numbers_and_ranges_each_once(text: str, seeds: list[int]) -> None:
    assert parse_seeds(text) == seeds
    assert parse_seeds(seeds_text(seeds)) == seeds


@pytest.mark.parametrize("text", ["", "x", "1..", "..5", "-1", "1.5", "3..1", "1,,2", "0..99999999", "٣"])
def test_wrong_seeds_are_told_what_is_right(text: str) -> None:
    with pytest.raises(ValueError, match=r"write 7, 1\.\.50 or 1,2,5|write 1\.\.3|more than"):
        parse_seeds(text)


@pytest.mark.parametrize("text", ["", "1..2", "-1", "9223372036854775808", "seven"])
def test_a_wrong_seed_is_told_what_is_right(text: str) -> None:
    with pytest.raises(ValueError, match="write a whole number from 0 to 9223372036854775807"):
        parse_seed(text)
