"""Confidence intervals, against tables and against a slow model."""

from math import comb

import pytest

from raftkit.stress.interval import at_most, interval, percent, sentence


@pytest.mark.parametrize(
    ("failed", "of", "low", "high"),
    [
        pytest.param(1, 10, 0.0025, 0.4450, id="one-of-ten"),
        pytest.param(5, 10, 0.1871, 0.8129, id="half-of-ten"),
        pytest.param(10, 100, 0.0490, 0.1762, id="ten-of-a-hundred"),
        pytest.param(0, 1000, 0.0, 0.00299, id="none-of-a-thousand"),
        pytest.param(20, 20, 0.8609, 1.0, id="all-of-twenty"),
        pytest.param(0, 0, 0.0, 1.0, id="nothing-known"),
    ],
)
def test_the_interval_is_clopper_and_pearsons(failed, of, low, high):
    """Two-sided values from published tables; one-sided ones from their closed forms."""
    found = interval(failed, of)
    assert (found.low, found.high) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))


def test_without_a_failure_the_rule_of_three_is_near():
    """``3/n`` is what people remember; the exact end is a little below."""
    for of in (30, 100, 10_000, 1_000_000):
        assert 0.95 * 3 / of < interval(0, of).high < 3 / of


@pytest.mark.parametrize("of", [1, 7, 40])
def test_the_binomial_sum_is_right(of):
    """Term by term, as the definition says."""
    for failed in range(-1, of + 1):
        for rate in (0.0, 1e-9, 0.01, 0.3, 0.5, 0.97, 1.0):
            slow = sum(comb(of, k) * rate**k * (1 - rate) ** (of - k) for k in range(failed + 1))
            assert at_most(failed, of, rate) == pytest.approx(slow, abs=1e-12)


def test_many_runs_cost_no_time_and_no_accuracy():
    """Where the terms underflow, on either side of the mean."""
    assert at_most(1000, 1_000_000, 1e-9) == 1.0
    assert at_most(1000, 1_000_000, 0.5) == 0.0
    found = interval(500_000, 1_000_000)
    assert (found.low, found.high) == (pytest.approx(0.49902, abs=1e-5), pytest.approx(0.50098, abs=1e-5))


def test_a_rate_has_two_digits_that_count():
    assert [percent(rate) for rate in (0.0, 1e-9, 0.00299, 0.0123, 0.1234, 0.9999, 1.0)] == [
        "0 %", "0.0001 %", "0.3 %", "1.2 %", "12 %", "99.99 %", "100 %",
    ]  # fmt: skip


def test_the_number_at_the_end():
    assert sentence(interval(0, 1000)) == (
        "0 of 1000 failed: the failure rate is below 0.3 % at 95 % confidence"
    )
    assert sentence(interval(10, 100)) == (
        "10 of 100 failed: a failure rate of 10 %, between 4.9 % and 18 % at 95 % confidence"
    )
    assert sentence(interval(20, 20)) == "20 of 20 failed: the failure rate is above 86 % at 95 % confidence"
    assert sentence(interval(0, 0)) == "nothing was judged: nothing is known about the failure rate"
