"""From a file to a checked suite. Nothing of a suite runs before all of it has been checked."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

from raftkit.oracles import FACTS, ORACLES
from raftkit.suite import steps as _steps  # registers every step
from raftkit.suite._background import read_plagues
from raftkit.suite._document import (
    Mapping,
    Scalar,
    Sequence,
    YamlNode,
    describe,
    parse_document,
    read_bytes,
    take_apart,
)
from raftkit.suite._model import NetworkKind, ServiceKind, Suite, Test
from raftkit.suite._place import suggest
from raftkit.suite._shared import Shared
from raftkit.suite._specs import identifier, text, word, words
from raftkit.suite._step import Step, check_steps, read_step
from raftkit.suite.expressions import MAX_NESTING, Budget, Kind, Scope, Variable

assert _steps

MAX_SERVERS = 99
MAX_TESTS = 500
MAX_SHARED = 50
MAX_COST = 1_000.0
MAX_NAME = 80
_TEST_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*", re.ASCII)
_PART = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,19}", re.ASCII)


def load_suite(path: str | Path, *, text: bytes | None = None) -> Suite:
    """Read and check a suite file.

    Args:
        path: The file; messages name it as it is given here.
        text: Its content, when it does not come from a file.

    Raises:
        SuiteError: The file is not a well-formed suite; the error points at the first thing that is wrong.
    """
    data = read_bytes(Path(path)) if text is None else text
    return _SuiteReader(str(path)).suite(parse_document(data, str(path)))


class _SuiteReader:
    def __init__(self, file: str) -> None:
        self.file = file
        self.shared_nodes: dict[str, tuple[Scalar, YamlNode]] = {}
        self.shared_read: dict[str, Shared] = {}
        self.open: list[str] = []
        self.depth = 0
        self.budget = Budget()

    def suite(self, node: YamlNode) -> Suite:
        """Read the whole document."""
        fields = take_apart(node, _SUITE_FIELDS, "a suite", required=("part", "tests"))
        part = _matching(fields["part"], _PART, "a part such as `2C`")
        title = text(fields["title"]) if "title" in fields else part
        if "shared" in fields:
            self.shared_nodes = _named(fields["shared"], "shared steps", MAX_SHARED)
        for key, _ in self.shared_nodes.values():
            shared = self.shared(key)
            anything = {name: Variable(Kind.ANY, shared.place) for name in shared.parameters}
            check_steps(shared.steps, Scope(None, anything, budget=self.budget))
        tests = _named(fields["tests"], "tests", MAX_TESTS)
        return Suite(
            path=self.file,
            part=part,
            title=title,
            tests=tuple(self.test(key, body, part) for key, body in tests.values()),
        )

    def test(self, key: Scalar, node: YamlNode, part: str) -> Test:
        """Read one test and check its steps."""
        test_id = _matching(key, _TEST_NAME, "a name such as `TestBasicAgree2B`")
        fields = take_apart(
            node, tuple(_TEST_FIELDS), f"`{test_id}`", required=("servers", "steps"), place=key.place
        )
        values = {name: _TEST_FIELDS[name](item) for name, item in fields.items() if name not in _READ_LATER}
        values.setdefault("title", test_id)
        if "background" in fields:
            values["background"] = read_plagues(fields["background"], self)
            for plague in values["background"]:
                plague.check(Scope(values["servers"], budget=self.budget))
        steps = self.steps(fields["steps"])
        check_steps(steps, Scope(values["servers"], budget=self.budget))
        return Test(id=test_id, part=part, suite=self.file, line=key.place.line, steps=steps, **values)

    def steps(self, node: YamlNode) -> tuple[Step, ...]:
        """Read a list of steps."""
        if not isinstance(node, Sequence) or not node.items:
            raise node.place.error(
                f"wanted a list with at least one step, found {describe(node)}",
                advice="each step is a line of its own: `- check_one_leader`",
            )
        self.depth += 1
        if self.depth > MAX_NESTING + 1:
            raise node.place.error(f"steps inside steps, more than {MAX_NESTING} deep, shared ones included")
        steps = tuple(read_step(item, self) for item in node.items)
        self.depth -= 1
        return steps

    def shared(self, name: Scalar) -> Shared:
        """Give shared steps, reading them when they are asked for first."""
        if name.text in self.shared_read:
            return self.shared_read[name.text]
        if name.text not in self.shared_nodes:
            advice = suggest(name.text, self.shared_nodes) or "this file has no `shared:` steps"
            raise name.place.error(f"no shared steps are called `{name.text}`", advice=advice)
        if name.text in self.open:
            raise name.place.error("shared steps that use themselves: " + " → ".join([*self.open, name.text]))
        self.open.append(name.text)
        key, node = self.shared_nodes[name.text]
        fields = take_apart(node, _SHARED_FIELDS, f"`{name.text}`", required=("steps",), place=key.place)
        parameters = _parameters(fields["parameters"]) if "parameters" in fields else ()
        steps = self.steps(fields["steps"])
        self.shared_read[name.text] = Shared(identifier(key), parameters, steps, key.place)
        self.open.pop()
        return self.shared_read[name.text]


def _named(node: YamlNode, what: str, most: int) -> dict[str, tuple[Scalar, YamlNode]]:
    if not isinstance(node, Mapping) or not node.entries:
        raise node.place.error(f"wanted {what} by their names, found {describe(node)}")
    if len(node.entries) > most:
        raise node.place.error(f"{len(node.entries)} {what}: at most {most} in a file")
    return node.entries


def _parameters(node: YamlNode) -> tuple[str, ...]:
    if not isinstance(node, Sequence):
        raise node.place.error(
            f"wanted a list of names, found {describe(node)}", advice="parameters: [victim]"
        )
    names = tuple(identifier(item) for item in node.items)
    for number, name in enumerate(names):
        if name in names[:number]:
            raise node.items[number].place.error(f"`{name}` stands here twice")
    return names


def _matching(node: YamlNode, pattern: re.Pattern[str], what: str) -> str:
    if not isinstance(node, Scalar) or not pattern.fullmatch(node.text) or len(node.text) > MAX_NAME:
        raise node.place.error(f"wanted {what}, found {describe(node)}")
    return node.text


def _servers(node: YamlNode) -> int:
    if not isinstance(node, Scalar) or node.quoted or not re.fullmatch(r"\d{1,9}", node.text, re.ASCII):
        raise node.place.error(f"wanted a number of servers, found {describe(node)}")
    servers = int(node.text)
    if not 1 <= servers <= MAX_SERVERS:
        raise node.place.error(f"a cluster of {servers} servers: allowed are 1 to {MAX_SERVERS}")
    return servers


def _cost(node: YamlNode) -> float:
    if (
        not isinstance(node, Scalar)
        or node.quoted
        or not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", node.text, re.ASCII)
    ):
        raise node.place.error(f"wanted a cost such as 4 or 0.5, found {describe(node)}")
    cost = float(node.text)
    if not 0 < cost <= MAX_COST:
        raise node.place.error(f"a cost of {node.text}: allowed is more than 0, up to {MAX_COST:g}")
    return cost


def _deviations(node: YamlNode) -> int:
    if not isinstance(node, Scalar) or node.quoted or not re.fullmatch(r"\d{1,9}", node.text, re.ASCII):
        raise node.place.error(f"wanted a number of choices that are the seed's, found {describe(node)}")
    return int(node.text)


_SUITE_FIELDS = ("part", "title", "shared", "tests")
_SHARED_FIELDS = ("parameters", "steps")
_READ_LATER = ("background", "steps")
_TEST_FIELDS: dict[str, Callable[[YamlNode], Any]] = {
    "title": text,
    "source": text,
    "servers": _servers,
    "network": lambda node: word(node, get_args(NetworkKind)),
    "service": lambda node: word(node, get_args(ServiceKind)),
    "cost": _cost,
    "deviations": _deviations,
    "must_happen": lambda node: words(node, tuple(FACTS)),
    "not_judged_by": lambda node: words(node, tuple(ORACLES)),
    "background": lambda node: node,
    "steps": lambda node: node,
}
"""Every field of a test, with its reader; a new field begins here and in the schema."""
