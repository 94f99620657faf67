"""The four suites: complete, in the lab's order, with the lab's titles, and runnable."""

import pytest
from suite_fakes import run_test

from raftkit.suite import Test, find_tests, suites_dir

TESTS = find_tests([], suites_dir=suites_dir())


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_every_test_runs_to_its_end_against_an_obedient_cluster(test: Test) -> None:
    """A suite that loads may still divide by zero, or never end: here it runs."""
    ran = run_test(test)
    assert ran.failed is None
    entered = [mark for mark in ran.marks if mark.entering]
    assert len(entered) * 2 == len(ran.marks)
