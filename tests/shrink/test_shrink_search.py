"""The search, on lists of numbers and on suites, where a fake says at once what still fails."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from raftkit.shrink.search import chunks, minimise

Numbers = tuple[int, ...]


def left_out(numbers: Numbers) -> Iterator[Numbers]:
    for part in chunks(len(numbers)):
        yield numbers[: part.start] + numbers[part.stop :]


def halved(numbers: Numbers) -> Iterator[Numbers]:
    for place, number in enumerate(numbers):
        for less in {number // 2, number - 1} - {number}:
            if less >= 0:
                yield (*numbers[:place], less, *numbers[place + 1 :])


CUTS = {"numbers": left_out, "values": halved}


def is_smaller(candidate: Numbers, best: Numbers) -> bool:
    return (len(candidate), sum(candidate)) < (len(best), sum(best))


def those_that(
    fails: Callable[[Numbers], bool],
) -> Callable[[Iterator[tuple[int, Numbers]]], tuple[int, Numbers] | None]:
    """A trial that runs nothing."""
    return lambda candidates: next(((number, each) for number, each in candidates if fails(each)), None)


def has_all(wanted: list[int]) -> Callable[[Numbers], bool]:
    """Fails when for each number that is wanted there is another one at least as large."""

    def fails(numbers: Numbers) -> bool:
        left = sorted(numbers)
        return len(left) >= len(wanted) and all(
            have >= want for have, want in zip(left[len(left) - len(wanted) :], sorted(wanted), strict=True)
        )

    return fails


@given(st.lists(st.integers(0, 50), max_size=5), st.lists(st.integers(0, 100), max_size=20))
def test_no_single_cut_of_what_is_left_fails(wanted: list[int], others: list[int]) -> None:
    """And it fails itself, as does everything on the way there."""
    fails = has_all(wanted)
    best = start = (*wanted, *others)
    for _, best in minimise(start, CUTS, those_that(fails), is_smaller=is_smaller):
        assert fails(best)
    assert sorted(best) == sorted(wanted)
    assert not any(fails(each) for cut in CUTS.values() for each in cut(best) if is_smaller(each, best))


@given(st.lists(st.integers(0, 30), max_size=12), st.integers(0, 60))
def test_the_same_is_found_again(numbers: list[int], sum_at_least: int) -> None:
    """Step by step."""

    def fails(each: Numbers) -> bool:
        return sum(each) >= sum_at_least

    start = (*numbers, sum_at_least)
    first, second = (list(minimise(start, CUTS, those_that(fails), is_smaller=is_smaller)) for _ in range(2))
    assert first == second


def test_nothing_is_yielded_where_nothing_smaller_fails() -> None:
    """What fails may be as small as it can be."""
    assert list(minimise((3, 4), CUTS, those_that(lambda each: each == (3, 4)), is_smaller=is_smaller)) == []


def test_a_pass_goes_on_where_it_was() -> None:
    """What did not fail without some numbers is not tried again for the others before it."""
    tried: list[Numbers] = []

    def fails(numbers: Numbers) -> bool:
        tried.append(numbers)
        return {0, 1} <= set(numbers)

    found = list(minimise(tuple(range(64)), {"numbers": left_out}, those_that(fails), is_smaller=is_smaller))
    assert found[-1] == ("numbers", (0, 1))
    assert len(tried) < 64


@pytest.mark.parametrize("count", range(20))
def test_chunks_are_parts_from_all_to_single_items(count: int) -> None:
    """Each size covers the whole."""
    parts = [list(range(count)[part]) for part in chunks(count)]
    everything = list(range(count))
    assert parts[:1] == ([everything] if count else [])
    assert parts[len(parts) - count :] == [[place] for place in everything]
    covered = [place for part in parts for place in part]
    assert [covered.count(place) for place in everything] == [covered.count(0)] * count
