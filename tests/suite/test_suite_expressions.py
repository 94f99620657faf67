"""What expressions mean: against Python's own evaluation, and by example."""

from contextlib import suppress
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from raftkit.errors import SuiteError
from raftkit.suite._place import Place
from raftkit.suite.expressions import (
    Duration,
    Name,
    Percentage,
    Range,
    Server,
    Value,
    draw,
    evaluate,
    parse,
    show,
)
from raftkit.suite.expressions._words import write

PLACE = Place("x.yaml", 1, 1)


class Variables:
    """An environment of given variables, for three servers."""

    n = 3

    def __init__(self, seed: int = 0, **values: Value) -> None:
        self.values = values
        self.rng = Random(seed)

    def lookup(self, node: Name) -> Value:
        return self.values[node.name]


def value(text: str, seed: int = 0, **values: Value) -> Value:
    """Parse and evaluate."""
    return evaluate(parse(text, PLACE), Variables(seed, **values))


# --- against Python ----------------------------------------------------------

numbers = st.integers(0, 50)


def _arithmetic(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from("+-*/%"), inner),
        st.builds("({})".format, inner),
        st.builds("-{}".format, inner),
    )


arithmetic = st.recursive(st.one_of(numbers.map(str), st.just("a")), _arithmetic, max_leaves=8)
comparisons = st.one_of(
    st.builds("{} {} {}".format, arithmetic, st.sampled_from(["==", "!=", "<", "<=", ">", ">="]), arithmetic),
    st.builds("{} {} [{}, {}]".format, arithmetic, st.sampled_from(["in", "not in"]), arithmetic, arithmetic),
    st.sampled_from(["true", "false"]),
)
conditions = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner),
        st.builds("not {}".format, inner),
        st.builds("({})".format, inner),
    ),
    max_leaves=6,
)


def python(text: str, a: int) -> Any:
    """What Python makes of the same text, where a division is one of whole numbers."""
    text = text.replace("/", "//").replace("true", "True").replace("false", "False")
    try:
        return eval(text, {"a": a})
    except ZeroDivisionError:
        return "division by zero"


def ours(text: str, a: int) -> Any:
    """What we make of it."""
    try:
        return value(text, a=a)
    except SuiteError as error:
        return error.message


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(arithmetic, conditions), a=numbers)
@example("1 - 2 - 3 * 4 % 5", 0)
@example("-a % 7", 3)
@example("not 1 == 2 and true", 0)
def test_numbers_and_conditions_mean_what_they_mean_in_python(text: str, a: int) -> None:
    """Precedence, associativity, signs of remainders: nothing to learn anew."""
    expected = python(text, a)
    found = ours(text, a)
    if found in ("a number beyond 10^18",):
        assert abs(expected) > 10**18 or "*" in text
    else:
        assert (found, type(found)) == (expected, type(expected))


@settings(max_examples=200, deadline=None)
@given(text=st.one_of(arithmetic, conditions), a=numbers)
def test_an_expression_written_back_means_the_same(text: str, a: int) -> None:
    """What ``explain`` shows is what runs."""
    assert ours(write(parse(text, PLACE)), a) == ours(text, a)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="0123456789 abns.%()[]+-*/<>=!,\"'_\\\x00é{}", max_size=40))
def test_no_text_does_anything_but_parse_or_be_refused(text: str) -> None:
    """No other exception, ever."""
    with suppress(SuiteError):
        parse(text, PLACE)


# --- by example --------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50ms", Duration(50_000_000)),
        ("2 * 1s", Duration(2_000_000_000)),
        ("0.7 * 1s", Duration(700_000_000)),
        ("1s / 2", Duration(500_000_000)),
        ("1s / 3", Duration(333_333_333)),
        ("3s / 1s", 3),
        ("1.5s", Duration(1_500_000_000)),
        ("1min - 59s", Duration(1_000_000_000)),
        ("10%", Percentage(Fraction(1, 10))),
        ("10 % 3", 1),
        ("10%3", 1),
        ("(10%)", Percentage(Fraction(1, 10))),
        ("7 / 2", 3),
        ("7 / 2.0", Fraction(7, 2)),
        ("2..3", Range(2, 3)),
        ("0..2 + 1", Range(0, 3)),
        ("0ms..499ms", Range(Duration(0), Duration(499_000_000))),
        ("2 in 2..3", True),
        ("4 not in 2..3", True),
        ("5ms in 1ms..9ms", True),
        ("[1, 2] == [1, 2]", True),
        ("[1, 2] == 2", True),
        ("[] < 1", True),
        ("[5, 6][1]", 6),
        ('"a" == "a"', True),
        ("none == none", True),
        ("0 == none", False),
        ("false or true and false", False),
        ("1 == true", False),
    ],
)
def test_values(text: str, expected: Value) -> None:
    """One line each."""
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("leader + 1", Server(0)),
        ("leader - 3", Server(2)),
        ("1 + leader", Server(0)),
        ("leader - 0", Server(2)),
        ("leader == 2", True),
        ("leader + 1 == 0", True),
        ("leader in [0, 2]", True),
        ("leader - leader", 0),
        ("10 * leader + 1", 21),
        ("leader % 2", 0),
        ("leader != none", True),
    ],
)
def test_servers_wrap_around(text: str, expected: Value) -> None:
    """The leader is server 2 of three."""
    assert value(text, leader=Server(2)) == expected


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 / x", "division by zero"),
        ("1 % x", "division by zero"),
        ("1s / x", "division by zero"),
        ("x + none", "cannot take 0 and none"),
        ("x and true", "wants true or false, and this is 0"),
        ("[1][x + 1]", "a list of 1 has no item 1"),
        ("none[x]", "has no item"),
        ("x < none", "cannot compare 0 and none"),
        ("1 in x", "looks into a list or a range"),
        ("1..x", "an empty range: 1 is above 0"),
        ("x..1s", "no range goes from 0 to 1 s"),
        ("1s - 2s + x", "a duration cannot be negative"),
        ("-true", "wants a number"),
        ("(x + 999999999999999999) * 5", "beyond 10^18"),
    ],
)
def test_what_has_no_value_says_so_with_its_place(text: str, says: str) -> None:
    """While a test runs it is the suite that is wrong, not the implementation."""
    with pytest.raises(SuiteError) as caught:
        value(text, x=0)
    assert says in caught.value.message
    assert caught.value.file == "x.yaml"


@given(low=st.integers(0, 100), size=st.integers(0, 20), seed=st.integers(0, 1000))
def test_a_draw_stays_in_its_range(low: int, size: int, seed: int) -> None:
    """Both ends included."""
    assert low <= draw(Range(low, low + size), Random(seed)) <= low + size  # type: ignore[operator]


def test_both_ends_are_drawn_and_durations_come_in_milliseconds() -> None:
    """As the lab draws 0..12 ms."""
    rng = Random(1)
    drawn = {draw(Range(Duration(0), Duration(12_000_000)), rng) for _ in range(300)}
    assert drawn == {Duration(ms * 1_000_000) for ms in range(13)}
    assert {draw(Range(2, 3), rng) for _ in range(50)} == {2, 3}


def test_one_seed_one_text() -> None:
    """Random texts come from the test's own stream, too."""
    text = value("random_string(5000)", seed=4)
    assert isinstance(text, str)
    assert len(text) == 5000
    assert text == value("random_string(5000)", seed=4)
    assert text != value("random_string(5000)", seed=5)


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (Duration(0), "0 ms"),
        (Duration(1_500_000_000), "1500 ms"),
        (Duration(2_000_000_000), "2 s"),
        (Duration(7), "7 ns"),
        (Percentage(Fraction(1, 8)), "12.5%"),
        (True, "true"),
        (None, "none"),
        ([Server(1), 2], "[1, 2]"),
        ("x" * 100, '"' + "x" * 37 + '..."'),
        (Fraction(1, 4), "0.25"),
    ],
)
def test_values_are_shown_as_people_write_them(found: Value, shown: str) -> None:
    """In failures and in warnings."""
    assert show(found) == shown
