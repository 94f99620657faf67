"""From a rubric's YAML to a rubric. Nothing is run before all of it has been checked.

A refusal points at file, line and column, as those of suites do.
"""

import hashlib
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import msgspec

from raftkit.errors import SuiteError
from raftkit.grade.book import Sees
from raftkit.grade.rubric import ALL_MUST_PASS, PASS_RATE, GradedTest, PointsFor, Rubric
from raftkit.grade.rubric_values import (
    limits_of,
    percent_of,
    points_of,
    seeds_of,
)
from raftkit.stress.begin import tested
from raftkit.suite import Test, find_tests, load_suite, suites_dir
from raftkit.suite.document import (
    DocumentKind,
    Mapping,
    Place,
    Scalar,
    Sequence,
    YamlNode,
    describe,
    parse_document,
    read_bytes,
    take_apart,
    text,
    word,
)

RUBRIC = DocumentKind(
    name="rubric",
    holds="`title:`, `parts:` and `seeds:`",
    instead_of_alias="write it out; what stands beside `parts:` holds for all of them",
)
FIELDS = ("title", "seeds", "points_for", "students_see", "limits", "apart", "parts")
PART_FIELDS = ("points", "suite", "seeds", "points_for", "students_see", "tests")
TEST_FIELDS = ("points", "seeds", "points_for", "students_see")
MOST_PARTS = 50


def load_rubric(path: Path) -> Rubric:
    """Read and check a rubric; suites that it names lie beside it.

    Raises:
        SuiteError: It is not a well-formed rubric, or one of its suites is refused.
    """
    data = read_bytes(path, RUBRIC)
    fields = take_apart(
        parse_document(data, str(path), RUBRIC), FIELDS, "a rubric", required=("title", "seeds", "parts")
    )
    usual = _Terms(seeds_of(fields["seeds"]), PASS_RATE, Sees.ALL).changed(fields)
    reader = _Reader(path.parent, usual)
    parts = fields["parts"]
    if not isinstance(parts, Mapping) or not parts.entries:
        raise parts.place.error(
            f"wanted parts with their points, found {describe(parts)}", advice="parts: {2A: 20, 2B: 30}"
        )
    if len(parts.entries) > MOST_PARTS:
        raise parts.place.error(f"{len(parts.entries)} parts: at most {MOST_PARTS} in a rubric")
    for key, node in parts.entries.values():
        reader.part(key, node)
    return Rubric(
        title=text(fields["title"]),
        parts=reader.points,
        tests=reader.tests(),
        limits=limits_of(fields.get("limits")),
        apart="apart" not in fields or word(fields["apart"], ("true", "false")) == "true",
        digest=hashlib.sha256(data).hexdigest(),
    )


class _Terms(msgspec.Struct, frozen=True):
    """What holds for tests unless they say otherwise."""

    seeds: tuple[int, ...]
    points_for: PointsFor
    sees: Sees

    def changed(self, fields: dict[str, YamlNode]) -> "_Terms":
        """The terms with what these fields say."""
        return _Terms(
            seeds_of(fields["seeds"]) if "seeds" in fields else self.seeds,
            _points_for(fields["points_for"]) if "points_for" in fields else self.points_for,
            Sees(word(fields["students_see"], tuple(Sees))) if "students_see" in fields else self.sees,
        )


class _Reader:
    """Takes one part after another."""

    def __init__(self, folder: Path, usual: _Terms) -> None:
        self.points: dict[str, Fraction] = {}
        self._folder = folder
        self._usual = usual
        self._found: list[tuple[Test, str, Fraction, _Terms]] = []
        self._part_of: dict[tuple[str, str], str] = {}

    def tests(self) -> tuple[GradedTest, ...]:
        """All tests, each under a name of its own."""
        named = tested([test for test, *_ in self._found])
        return tuple(
            GradedTest(
                test=msgspec.structs.replace(one, part=part),
                points=points,
                seeds=terms.seeds,
                points_for=terms.points_for,
                sees=terms.sees,
            )
            for one, (_, part, points, terms) in zip(named, self._found, strict=True)
        )

    def part(self, key: Scalar, node: YamlNode) -> None:
        """Read a part."""
        name = text(key, 40)
        fields: dict[str, YamlNode] = {"points": node}
        if not isinstance(node, Scalar):
            fields = take_apart(node, PART_FIELDS, f"`{name}`", required=("points",), place=key.place)
        self.points[name] = points = points_of(fields["points"])
        terms = self._usual.changed(fields)
        tests = self._tests_of(key, fields.get("suite"))
        own = _own(fields["tests"], tests, terms) if "tests" in fields else {}
        share = _share(name, points, tests, own, fields["points"].place)
        for test in tests:
            worth, its_terms = own.get(test.id, (None, terms))
            worth = share if worth is None else worth
            if worth:
                self._note(test, name, worth, its_terms, key.place)

    def _note(self, test: Test, part: str, points: Fraction, terms: _Terms, place: Place) -> None:
        first = self._part_of.setdefault((test.suite, test.id), part)
        if first != part:
            raise place.error(
                f"{test.id} is in part `{first}` already",
                advice=f"give it 0 points in one: tests: {{{test.id}: 0}}",
            )
        self._found.append((test, part, points, terms))

    def _tests_of(self, key: Scalar, suite: YamlNode | None) -> list[Test]:
        if suite is not None:
            named = Path(text(suite))
            path = named if named.is_absolute() else self._folder / named
            if not path.is_file():
                raise suite.place.error(f"there is no suite {named}", advice="name a file beside the rubric")
            return [replace(test, suite=str(path)) for test in load_suite(path).tests]
        try:
            return find_tests([key.text], suites_dir=suites_dir())
        except SuiteError as error:
            if error.file:
                raise
            raise key.place.error(
                f"`{key.text}` is no part of the lab",
                advice="2A .. 2D, or `suite:` with a file beside the rubric",
            ) from None


def _own(node: YamlNode, tests: list[Test], terms: _Terms) -> dict[str, tuple[Fraction | None, _Terms]]:
    """What tests have of their own: points, or None for a share, and terms."""
    if not isinstance(node, Mapping) or not node.entries:
        raise node.place.error(
            f"wanted tests by their names, found {describe(node)}", advice="tests: {TestFigure82C: 10}"
        )
    known = tuple(test.id for test in tests)
    own: dict[str, tuple[Fraction | None, _Terms]] = {}
    for key, body in node.entries.values():
        word(key, known)
        if isinstance(body, Scalar):
            own[key.text] = points_of(body), terms
            continue
        fields = take_apart(body, TEST_FIELDS, f"`{key.text}`", required=(), place=key.place)
        own[key.text] = (points_of(fields["points"]) if "points" in fields else None), terms.changed(fields)
    return own


def _share(
    name: str,
    points: Fraction,
    tests: list[Test],
    own: dict[str, tuple[Fraction | None, _Terms]],
    place: Place,
) -> Fraction:
    """What each test without points of its own gets."""
    given = sum((worth for worth, _ in own.values() if worth is not None), Fraction(0))
    others = sum(own.get(test.id, (None,))[0] is None for test in tests)
    if given > points or (not others and given != points):
        raise place.error(f"`{name}` has {float(points):g} points, and its tests {float(given):g}")
    if others and given == points and points:
        raise place.error(
            f"nothing of the {float(points):g} points of `{name}` is left for {others} of its tests",
            advice="give them 0 points, and they are not run; or the part more",
        )
    return (points - given) / others if others else Fraction(0)


def _points_for(node: YamlNode) -> PointsFor:
    if isinstance(node, Scalar):
        return {"rate": PASS_RATE, "all": ALL_MUST_PASS}[word(node, ("rate", "all"))]
    if isinstance(node, Sequence) or not node.entries:
        raise node.place.error(
            f"wanted rate, all or thresholds, found {describe(node)}", advice="{90%: 50%, 100%: 100%}"
        )
    steps = [(percent_of(key), percent_of(value), key.place) for key, value in node.entries.values()]
    for (rate, share, _), (next_rate, next_share, place) in pairwise(steps):
        if next_rate <= rate or next_share < share:
            raise place.error("thresholds rise, and so does what they earn", advice="{90%: 50%, 100%: 100%}")
    if steps[0][0] == 0:
        raise steps[0][2].error("a threshold of 0% would give points for nothing")
    return PointsFor(tuple((rate, share) for rate, share, _ in steps))
