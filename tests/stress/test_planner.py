"""Seeds and chunks: everything once, all tests together, bounded rounds, small beginnings."""

import pytest
from stress_fakes import asked

from raftkit.stress.planner import CHUNKS_A_ROUND, LARGEST_CHUNK, Planner
from raftkit.stress.seeds import DoneSeeds, Seeds


def unknown(place: int) -> float:
    """Nobody knows yet how long a run takes."""
    return 0.0


def cases(chunks):
    return [(chunk.version, chunk.test, seed) for chunk in chunks for seed, _ in chunk.cases]


@pytest.mark.parametrize(
    "seeds", [Seeds(first=100, count=57), Seeds(listed=(5, 1, 900))], ids=["range", "list"]
)
@pytest.mark.parametrize("versions", [1, 2])
def test_every_run_is_planned_once(seeds, versions):
    wanted = asked(tests=3, seeds=seeds, versions=versions)
    planner = Planner(wanted, jobs=2)
    planned = cases(planner.chunks(unknown))
    assert len(planned) == len(set(planned)) == planner.size
    assert {seed for *_, seed in planned} == {seeds.at(index) for index in range(seeds.size or 0)}


def test_what_is_done_is_not_planned_again():
    planner = Planner(asked(tests=1, seeds=Seeds(first=1, count=6)), jobs=1)
    assert planner.note(0, "Test0", 3)
    assert not planner.note(0, "Test0", 3)  # twice
    assert not planner.note(0, "Test0", 7)  # none of ours
    assert not planner.note(0, "Another", 1)
    assert [seed for *_, seed in cases(planner.chunks(unknown))] == [1, 2, 4, 5, 6]
    for seed in (1, 2, 4, 5, 6):
        planner.note(0, "Test0", seed)
    assert planner.is_complete
    assert planner.chunks(unknown) == []


def test_tests_go_forward_together_with_small_first_steps():
    """After a few seconds every test has been seen."""
    chunks = Planner(asked(tests=2, seeds=Seeds(first=0, count=1000)), jobs=2).chunks(unknown)
    assert [(chunk.test, len(chunk.cases)) for chunk in chunks[:8]] == [
        (0, 1), (1, 1), (0, 1), (1, 1), (0, 2), (1, 2), (0, 4), (1, 4),
    ]  # fmt: skip
    assert max(len(chunk.cases) for chunk in chunks) <= LARGEST_CHUNK


def test_in_turn_means_one_test_after_the_other():
    chunks = Planner(asked(tests=2, in_turn=True), jobs=1).chunks(unknown)
    tests = [chunk.test for chunk in chunks]
    assert tests == sorted(tests)


def test_slow_tests_get_short_chunks_and_few_seeds_are_shared_out():
    wanted = asked(tests=1, seeds=Seeds(first=0, count=1000))
    assert {len(chunk.cases) for chunk in Planner(wanted, jobs=2).chunks(lambda place: 5.0)} == {1}
    few = Planner(asked(tests=1, seeds=Seeds(first=0, count=16)), jobs=2).chunks(unknown)
    assert max(len(chunk.cases) for chunk in few) == 2


def test_a_run_without_end_has_rounds():
    planner = Planner(asked(tests=2, seeds=Seeds(first=0)), jobs=2)
    assert planner.size is None
    first = planner.chunks(unknown)
    assert len(first) == CHUNKS_A_ROUND
    for _, test, seed in cases(first):
        planner.note(0, f"Test{test}", seed)
    assert not set(cases(first)) & set(cases(planner.chunks(unknown)))
    assert not planner.is_complete


def test_done_seeds_take_no_memory_when_they_are_done_in_order():
    done = DoneSeeds()
    assert all(done.add(index) for index in (1, 0, 2, 5))
    assert not done.add(2)
    assert (len(done), 5 in done, 4 in done) == (4, True, False)
    assert done._beyond == {5}
    assert list(done.missing(7)) == [3, 4, 6]


def test_seeds_read_as_people_type_them():
    assert str(Seeds(first=1000, count=1000)) == "1000..1999"
    assert str(Seeds(first=1000, count=1)) == "1000"
    assert str(Seeds(first=1000)) == "1000.."
    assert str(Seeds(listed=(1, 2, 5))) == "1..2,5"
    assert Seeds.drawn(5).first % 100 == 0
