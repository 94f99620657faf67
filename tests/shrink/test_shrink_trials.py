"""Which candidate is found: the first in order, whoever is done first; only what fails alike, and fairly."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from shrink_fakes import failing, tree

from raftkit.model import Failure, Limits, Result, Verdict
from raftkit.runner.request import RunRequest
from raftkit.shrink.same import sign_of
from raftkit.shrink.tree import Tree, the_test
from raftkit.shrink.trials import FAIR_SEEDS, Subject, Trials

WRONG, SOUND = "/wrong.py", "/sound.py"
Says = Callable[[int, int], Result]


def result(
    kind: str = "", verdict: Verdict = Verdict.FAILED, *, events: int = 10, details: str = ""
) -> Result:
    """How a run ended; without a kind, it passed."""
    if not kind:
        return Result(id="T", part="X", title="", verdict=Verdict.PASSED, seed=0, events=events)
    failure = Failure(kind=kind, summary="it broke", details=details)
    return Result(id="T", part="X", title="", verdict=verdict, seed=0, failure=failure, events=events)


class Fake:
    """Lanes that run nothing: what a suite comes to depends on its servers and the seed."""

    def __init__(self, wrong: Says, sound: Says, jobs: int = 1) -> None:
        self.jobs = jobs
        self.ran: list[tuple[str, int, int]] = []
        self._says = {WRONG: wrong, SOUND: sound}
        self._pool = ThreadPoolExecutor(jobs)

    def submit(self, work: Callable[..., Any], *args: Any) -> Future[Any]:
        return self._pool.submit(work, *args)

    def run(self, tree: Tree, request: RunRequest) -> Result:
        servers = int(str(the_test(tree)["servers"]))
        self.ran.append((request.implementation, servers, request.seed))
        time.sleep(0.002 * (10 - servers))  # the first of a row is the last to be done
        return self._says[request.implementation](servers, request.seed)


def clusters(*sizes: int) -> Iterator[tuple[int, Tree]]:
    for number, servers in enumerate(sizes):
        yield (
            number,
            tree(f"part: X\ntests:\n  T:\n    servers: {servers}\n    steps:\n      - check_one_leader\n"),
        )


def trials(lanes: Any, kind: str = "VotedTwice") -> Trials:
    subject = Subject(
        request=RunRequest(suite="", test="", implementation=WRONG, seed=0, limits=Limits()),
        named="wrong.py",
        sound=SOUND,
    )
    sign = subject.sign_of(result(kind))
    assert sign is not None
    return Trials(lanes, subject, sign, failing(next(clusters(9))[1]))


def passes(servers: int, seed: int) -> Result:
    return result()


@pytest.mark.parametrize("jobs", [1, 2, 4, 16])
def test_the_first_in_order_is_found(jobs: int) -> None:
    """Though a later one is known to fail long before."""
    lanes = Fake(
        lambda servers, seed: result("VotedTwice") if servers in (3, 5, 6) else result(), passes, jobs
    )
    found = trials(lanes).first(clusters(1, 2, 3, 4, 5, 6, 7, 8))
    assert found is not None
    assert (found[0], the_test(found[1].tree)["servers"], found[1].seed) == (2, "3", 1)


@pytest.mark.parametrize(
    "other",
    [
        result("VotedTwice", Verdict.CRASHED),
        result("LogMatchingViolated"),
        result("VotedTwice", Verdict.ERROR),
        result(),
    ],
)
def test_what_fails_in_another_way_is_not_found(other: Result) -> None:
    """Neither by another oracle, nor with another verdict."""
    lanes = Fake(lambda servers, seed: other, passes)
    assert trials(lanes).first(clusters(1, 2)) is None


def test_an_exception_is_the_same_at_the_same_line(tmp_path: Path) -> None:
    """An oracle is the same wherever it strikes."""
    spec = str(tmp_path / "raft.py")
    at = [f"  {spec}:{line} in append_entries\n" for line in (10, 11)]
    crashes = [sign_of(result("KeyError", Verdict.CRASHED, details=text), spec) for text in (*at, at[0])]
    assert crashes[0] == crashes[2] != crashes[1]
    breaches = [sign_of(result("VotedTwice", details=text), spec) for text in at]
    assert breaches[0] == breaches[1]


def test_another_seed_may_do_and_is_then_the_first_to_try() -> None:
    """A candidate takes chance another way."""
    lanes = Fake(lambda servers, seed: result("VotedTwice") if seed == 3 else result(), passes)
    tried = trials(lanes)
    assert [found and found[1].seed for found in (tried.first(clusters(5)), tried.first(clusters(4)))] == [
        3,
        3,
    ]
    assert [seed for name, servers, seed in lanes.ran if (name, servers) == (WRONG, 4)] == [3]


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_two_that_are_the_same_are_tried_once(jobs: int) -> None:
    """Also side by side; the first number counts."""
    lanes = Fake(lambda servers, seed: result("VotedTwice") if servers == 3 else result(), passes, jobs)
    found = trials(lanes).first(clusters(2, 2, 2, 3, 3))
    assert found is not None
    assert found[0] == 3
    assert len(lanes.ran) == len(set(lanes.ran))


def test_nobody_is_tried_twice() -> None:
    """What does not fail will not fail when the search comes by again."""
    lanes = Fake(passes, passes)
    tried = trials(lanes)
    assert tried.first(clusters(1, 2)) is tried.first(clusters(2, 1)) is None
    assert len(lanes.ran) == len(set(lanes.ran))


def test_what_the_sound_one_fails_is_not_found() -> None:
    """A test that nobody can pass shows nothing."""
    lanes = Fake(
        lambda servers, seed: result("VotedTwice"), lambda servers, seed: result("NoLeader" * (servers < 3))
    )
    found = trials(lanes).first(clusters(1, 2, 3))
    assert found is not None
    assert found[0] == 2


@pytest.mark.parametrize(("kind", "seeds"), [("VotedTwice", {1}), ("AgreementFailed", {1, *FAIR_SEEDS})])
def test_what_waits_for_something_is_asked_of_the_sound_one_with_more_seeds(
    kind: str, seeds: set[int]
) -> None:
    """It may hold by chance; an oracle is never wrong."""
    lanes = Fake(lambda servers, seed: result(kind), passes)
    assert trials(lanes, kind).first(clusters(3)) is not None
    assert {seed for name, _, seed in lanes.ran if name == SOUND} == seeds
    unlucky = Fake(lambda servers, seed: result(kind), lambda servers, seed: result("NoLeader" * (seed == 8)))
    assert (trials(unlucky, kind).first(clusters(3)) is None) is (kind == "AgreementFailed")


def test_a_fault_without_effect_is_no_end_but_a_way() -> None:
    """It may lead to something smaller without that fault; when it must be fair, it does not count."""
    vacuous = result("Vacuous", Verdict.VACUOUS)
    tried = trials(Fake(lambda servers, seed: result("VotedTwice"), lambda servers, seed: vacuous))
    found = tried.first(clusters(3))
    assert found is not None
    assert not found[1].is_fair
    tried.is_strict = True
    assert tried.first(clusters(2)) is None
