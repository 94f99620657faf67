"""The shapes of partitions: who hears whom, in clusters of two to nine."""

from random import Random

import pytest

from raftkit.nemesis import SHAPES, directed
from raftkit.net import Link

SIZES = range(2, 10)


def heard(links: frozenset[Link], server: int, n: int) -> frozenset[int]:
    """Whom a server hears, itself included."""
    return frozenset(other for other in range(n) if (other, server) not in links)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        ("isolate", lambda n: 1),
        ("minority", lambda n: max(1, (n - 1) // 2)),
        ("majority", lambda n: n // 2 + 1),
        ("halves", lambda n: n // 2),
    ],
)
def test_two_sides_hear_themselves_and_nobody_else(shape, size):
    """Whoever is drawn with the server, there are that many."""
    for n in SIZES:
        for around in range(n):
            sides = SHAPES[shape](n, around, Random(n))
            inside = set(sides.inside)
            assert around in inside
            assert len(inside) == size(n)
            for server in range(n):
                assert heard(sides.links, server, n) == (
                    inside if server in inside else set(range(n)) - inside
                )


def test_over_a_bridge_all_hear_the_one_in_the_middle():
    """Who hears both halves, which differ by one at most."""
    for n in SIZES:
        links = SHAPES["bridge"](n, 1, Random(n)).links
        assert heard(links, 1, n) == set(range(n))
        sizes = sorted(len(heard(links, server, n)) - 2 for server in range(n) if server != 1)
        assert all(1 in heard(links, server, n) for server in range(n))
        assert sizes[-1] - sizes[0] <= 1


def test_in_a_ring_each_hears_a_majority_and_no_two_the_same():
    """From four on; of three everybody hears everybody."""
    for n in range(4, 10):
        links = SHAPES["ring"](n, 0, Random(n)).links
        majorities = [heard(links, server, n) for server in range(n)]
        assert all(len(majority) > n // 2 for majority in majorities)
        assert len(set(majorities)) == n


def test_links_are_cut_both_ways_unless_one_way_is_wanted():
    """What the inside sends, or what it should receive."""
    sides = SHAPES["isolate"](5, 2, Random(1))
    assert {(target, source) for source, target in sides.links} == sides.links
    sent, received = directed(sides, 5, "sent"), directed(sides, 5, "received")
    assert {source for source, _ in sent} == {target for _, target in received} == {2}
    assert sent | received == sides.links == directed(sides, 5, "both")


def test_chance_decides_who_stands_where():
    """Twenty seeds, more than a few partitions."""
    assert len({SHAPES["halves"](5, 0, Random(seed)).links for seed in range(20)}) > 3
    assert len({SHAPES["ring"](5, 0, Random(seed)).links for seed in range(20)}) > 5
