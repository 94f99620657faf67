"""The account of a run: the same whatever the order in which tests ended."""

from itertools import permutations

from raftkit.model import SECOND, Result, Verdict
from raftkit.runner.ledger import Ledger


def result(name: str, lab_seconds: float, verdict: Verdict = Verdict.PASSED, seed: int = 7) -> Result:
    return Result(
        id=name, part="2A", title=name, verdict=verdict, seed=seed, lab_ns=round(lab_seconds * SECOND)
    )


RESULTS = [result("a", 40), result("b", 50, Verdict.FAILED), result("c", 30), result("d", 1)]


def settle(order: tuple[int, ...], total_seconds: int) -> list[tuple[str, Verdict, float]]:
    ledger = Ledger(total_seconds * SECOND)
    settled: list[int] = []
    for index in order:
        settled += ledger.add(index, RESULTS[index])
    assert settled == [0, 1, 2, 3]
    return [(r.id, r.verdict, r.lab_seconds) for r in ledger.final.values()]


def test_results_are_settled_in_suite_order_whatever_the_order_of_arrival() -> None:
    for order in permutations(range(4)):
        assert settle(order, 600) == [
            ("a", Verdict.PASSED, 40.0),
            ("b", Verdict.FAILED, 50.0),
            ("c", Verdict.PASSED, 30.0),
            ("d", Verdict.PASSED, 1.0),
        ]


def test_the_test_that_crosses_the_total_has_timed_out_and_none_after_it_counts() -> None:
    for order in permutations(range(4)):
        assert settle(order, 100) == [
            ("a", Verdict.PASSED, 40.0),
            ("b", Verdict.FAILED, 50.0),
            ("c", Verdict.TIMED_OUT, 10.0),
            ("d", Verdict.NOT_RUN, 0.0),
        ]


def test_a_sum_that_just_reaches_the_total_has_not_crossed_it() -> None:
    assert settle((0, 1, 2, 3), 121)[-1] == ("d", Verdict.PASSED, 1.0)


def test_each_seed_has_an_account_of_its_own() -> None:
    ledger = Ledger(60 * SECOND)
    for order, seed in enumerate((1, 1, 2)):
        ledger.add(order, result("a", 40, seed=seed))

    assert [r.verdict for r in ledger.final.values()] == [Verdict.PASSED, Verdict.TIMED_OUT, Verdict.PASSED]
    assert list(ledger.closed_seeds) == [1]


def test_a_run_that_is_cut_short_settles_what_it_has() -> None:
    ledger = Ledger(600 * SECOND)
    ledger.add(2, RESULTS[2])

    assert list(ledger.known) == [2]
    assert not ledger.final
    assert ledger.close() == [2]


def test_the_reason_names_the_limit_and_how_to_change_it() -> None:
    ledger = Ledger(30 * SECOND)
    ledger.add(0, RESULTS[0])
    ledger.add(1, RESULTS[1])

    assert ledger.final[0].reason == (
        "the run's total limit of 30 s was crossed in this test (--total-limit changes it)"
    )
    assert ledger.final[1].reason == "not run: the total limit of 30 s was crossed in a"
