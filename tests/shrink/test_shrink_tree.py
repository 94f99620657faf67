"""Suites as trees: written as ours are set, read back as they were, and cut."""

from itertools import islice
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shrink_fakes import SUITES, alone, every_test, failing, shrunk, tree

from raftkit.chaos import ChaosOptions, draw_suite
from raftkit.shrink.cuts import CUTS, is_smaller
from raftkit.shrink.size import NETWORKS, SERVICES, duration_text, faults_of, servers_of, steps_of
from raftkit.shrink.tree import Quoted, Tree, nodes, the_test, tree_of
from raftkit.shrink.write import suite_text
from raftkit.suite import load_suite
from raftkit.suite._model import NetworkKind, ServiceKind
from raftkit.suite.document import parse_document, read_bytes

# -- as text -------------------------------------------------------------------


@pytest.mark.parametrize("suite", [pytest.param(suite, id=suite.stem) for suite in SUITES])
def test_a_suite_that_is_written_reads_as_it_was(suite: Path) -> None:
    """All of ours."""
    before = tree_of(parse_document(read_bytes(suite), "x.yaml"))
    assert tree(suite_text(before)) == before


@pytest.mark.parametrize("suite", [pytest.param(suite, id=suite.stem) for suite in SUITES])
def test_a_suite_is_set_as_ours_are(suite: Path) -> None:
    """But for comments, and lines that a person has broken with more taste, line by line the same."""
    before = tree_of(parse_document(read_bytes(suite), "x.yaml"))
    ours = [line.split("  #")[0].rstrip() for line in suite.read_text().splitlines()]
    written = suite_text(before).splitlines()
    same = sum(line in ours for line in written if line)
    assert same > 0.8 * sum(bool(line) for line in written)


_plain = st.from_regex(r"[a-z][a-z0-9_ +=<>.*-]{0,8}[a-z0-9]", fullmatch=True).filter(
    lambda text: text not in ("null", "true", "false")
)
_texts = st.one_of(
    _plain, st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1).map(Quoted)
)
_trees = st.recursive(
    _texts,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4), st.dictionaries(_plain, inner, min_size=1, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(_plain, _trees, min_size=1, max_size=4))
def test_any_tree_that_is_written_reads_as_it_was(made: dict[str, Tree]) -> None:
    """Whatever a suite may hold; a text in quotation marks keeps them."""
    again = tree(suite_text(made))
    assert again == made
    kinds = [[type(node) for _, node in nodes(each)] for each in (made, again)]
    assert kinds[0] == kinds[1]


# -- cuts ----------------------------------------------------------------------


@pytest.mark.parametrize(("suite", "test"), [pytest.param(*each, id=each[1]) for each in every_test()])
def test_most_cuts_of_every_test_are_smaller_suites(suite: Path, test: str) -> None:
    """Those that are none are left aside: an unknown variable, a field that is missing, a time that got no less."""
    start = failing(alone(suite, test), step="2")
    worth = [is_smaller(candidate, start) for cut in CUTS.values() for candidate in islice(cut(start), 4)]
    assert sum(worth) > 5
    assert sum(worth) > len(worth) / 4


SMALL = """\
part: X
tests:
  T:
    servers: 5
    network: unreliable
    service: snapshotting
    must_happen: [leader_elected]
    background:
      - {partition: {shape: minority, for: 1s..2s}, pause: 1s}
      - drop: {chance: 10%}
    steps:
      - check_one_leader: {save: leader}
      - repeat: 4
        steps:
          - start: {server: leader, command: random, times: 2..9}
          - sleep: 500ms
      - disconnect: [leader, leader + 1]
      - sleep: 2 * election_timeout
      - agree: {command: random, servers: all, retry: true}
"""


@pytest.mark.parametrize(
    ("cut", "some"),
    [
        ("demands", "servers: 5\n    network: unreliable\n    service: snapshotting\n    background:"),
        ("what follows", "times: 2..9}\n          - sleep: 500ms\n"),
        ("faults", "    background:\n      - drop: {chance: 10%}\n"),
        ("rounds", "- repeat: 2\n"),
        ("rounds", "times: 4}"),
        ("steps", "steps:\n      - sleep: 2 * election_timeout\n      - agree"),
        ("steps", "      - {repeat: 4, steps: [{sleep: 500ms}]}\n"),
        ("servers", "servers: 3\n"),
        (
            "steps inside steps",
            "leader}\n      - start: {server: leader, command: random, times: 2..9}\n      - sleep",
        ),
        ("rounds written out", "- sleep: 500ms\n      - sleep: 500ms\n"),
        ("weather", "network: steady\n"),
        ("weather", "network: unreliable\n    must_happen"),
        ("fields", "- disconnect: [leader]\n"),
        ("fields", "- check_one_leader\n"),
        ("fields", "- agree: {command: random, servers: all}\n"),
        ("ranges", "for: 1s}"),
        ("ranges", "times: 9}"),
        ("times", "- sleep: 50ms\n"),
        ("times", "- sleep: 200ms\n"),
        ("deviations", "service: snapshotting\n    deviations: 0\n    must_happen"),
        ("deviations", "deviations: 30\n"),
    ],
)
def test_a_cut_proposes(cut: str, some: str) -> None:
    """An example of each."""
    proposed = [suite_text(each) for each in CUTS[cut](failing(tree(SMALL), step="2.1 (round 1)"))]
    assert any(some in text for text in proposed), proposed


def test_every_word_of_a_test_has_a_place() -> None:
    """Whatever the loader takes can be measured: none is left out here."""
    assert set(NETWORKS) == set(get_args(NetworkKind))
    assert set(SERVICES) == set(get_args(ServiceKind))


def test_a_staggered_service_gives_way_to_simpler_ones() -> None:
    """As scenarios that seeds draw have it."""
    start = failing(tree(draw_suite(ChaosOptions(service="staggered"), 3)))
    smaller = [each for each in CUTS["weather"](start) if is_smaller(each, start)]
    assert "snapshotting" in {the_test(each).get("service") for each in smaller}
    assert any("service" not in the_test(each) for each in smaller)


def test_shared_steps_are_put_in_place() -> None:
    """With a value for each parameter; then nobody uses them, and they can go."""
    text = """\
part: X
shared:
  strike:
    parameters: [victim]
    steps:
      - disconnect: victim
      - sleep: 1s
tests:
  T:
    servers: 3
    steps:
      - use: strike
        with: {victim: "0 + 1"}
      - check_one_leader
"""
    text = text.replace('"0 + 1"', "0 + 1")

    def fails(each: Tree) -> bool:
        return "disconnect" in suite_text(each) and "victim" in suite_text(each)

    assert suite_text(shrunk(tree(text), fails)) == (
        "part: X\n\ntests:\n  T:\n    servers: 1\n    network: steady\n    deviations: 0\n"
        "    steps:\n      - let: {victim: 0 + 1}\n      - disconnect: victim\n"
    )


# -- what is left --------------------------------------------------------------


@settings(deadline=None, max_examples=12)
@given(st.sets(st.sampled_from(["check_one_leader", "repeat", "disconnect", "agree", "drop"]), min_size=1))
def test_of_a_suite_is_left_what_fails(wanted: set[str]) -> None:
    """The steps and faults that it takes, and nothing beside them."""

    def fails(each: Tree) -> bool:
        return all(name in suite_text(each) for name in wanted)

    left = shrunk(tree(SMALL), fails)
    names = wanted - {"drop"}
    assert faults_of(left) == ("drop" in wanted)
    assert steps_of(left) <= max(1, len(names) + ("repeat" in names) + ("disconnect" in names))
    assert servers_of(left) == 1
    assert the_test(left)["deviations"] == "0"
    assert not any(
        fails(smaller) and is_smaller(smaller, failing(left))
        for cut in CUTS.values()
        for smaller in cut(failing(left))
    )


# -- how large -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ("- check_one_leader", 1),
        ("- {repeat: 5, steps: [check_one_leader, check_no_leader]}", 11),
        ("- {repeat: 2..5, steps: [check_one_leader]}", 6),
        ("- {repeat: n, steps: [{repeat: 2, steps: [check_one_leader]}]}", 10),
        ("- {for_each: all, as: each, steps: [{disconnect: each}]}", 4),
        ("- {if: alive < 3, steps: [check_one_leader], else: [check_no_leader]}", 3),
        (
            "- {choose: [{chance: 50%, steps: [check_one_leader]}, {chance: 50%, steps: [check_one_leader]}]}",
            3,
        ),
    ],
)
def test_steps_are_counted_by_rounds(steps: str, count: int) -> None:
    """As far as the text tells."""
    text = f"part: X\ntests:\n  T:\n    servers: 3\n    steps:\n      {steps}\n"
    load_suite("x.yaml", text=text.encode())
    assert steps_of(tree(text)) == count


@pytest.mark.parametrize(
    ("ns", "text"),
    [(1_500_000, "1ms"), (123_456_789, "120ms"), (999_000_000, "990ms"), (2_000_000_000, "2s"), (2_345_000_000, "2300ms"), (3, "1ms")],
)  # fmt: skip
def test_durations_have_two_digits(ns: int, text: str) -> None:
    """And are never longer than what was asked for, but for the shortest."""
    assert duration_text(ns) == text
