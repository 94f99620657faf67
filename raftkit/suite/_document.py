"""YAML to nodes that know their place: the strict little part of YAML that suites and rubrics are written in.

The events of PyYAML's scanner are read directly, so that anchors, tags, duplicates and deep nesting
are refused at the character where they begin, and before any of them costs memory.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from raftkit.errors import SuiteError
from raftkit.suite._place import Place, suggest

MAX_BYTES = 1 << 20
"""The lab's largest suite has about 10 KiB."""
MAX_DEPTH = 64
"""Lists and mappings inside each other; the lab's suites need about 12."""

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """What a file should be, for messages.

    Attributes:
        name: ``suite``.
        holds: What each of its kind has.
        instead_of_alias: How to do what others do with anchors and aliases.
    """

    name: str
    holds: str
    instead_of_alias: str


SUITE = DocumentKind(
    name="suite", holds="`part:` and `tests:`", instead_of_alias="share steps by `shared:` and `use:`"
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """A word, a number or a text; ``quoted`` tells ``"3"`` from ``3``."""

    text: str
    quoted: bool
    place: Place


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of nodes."""

    items: tuple["YamlNode", ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys, each once and in order, with their nodes."""

    entries: dict[str, tuple[Scalar, "YamlNode"]]
    place: Place

    def place_of(self, key: str) -> Place:
        """Point at a key."""
        return self.entries[key][0].place


YamlNode: TypeAlias = Scalar | Sequence | Mapping


def describe(node: YamlNode) -> str:
    """Say what a node is, for a message."""
    if isinstance(node, Scalar):
        return f"the text {node.text!r}" if node.quoted else (f"`{node.text}`" if node.text else "nothing")
    return "a list" if isinstance(node, Sequence) else "a mapping"


def take_apart(
    node: YamlNode,
    known: tuple[str, ...],
    owner: str,
    *,
    required: tuple[str, ...],
    place: Place | None = None,
) -> dict[str, YamlNode]:
    """Take a mapping apart; refuse the unknown and the missing."""
    if not isinstance(node, Mapping):
        raise node.place.error(f"wanted {owner} as a mapping with {', '.join(known)}; found {describe(node)}")
    for key, _ in node.entries.values():
        if key.text not in known:
            raise key.place.error(f"`{key.text}` is no field of {owner}", advice=suggest(key.text, known))
    for name in required:
        if name not in node.entries:
            raise (place or node.place).error(f"{owner} is missing its field `{name}`")
    return {name: item for name, (_, item) in node.entries.items()}


def read_bytes(path: Path, kind: DocumentKind = SUITE) -> bytes:
    """Read a file, but never more than the limit."""
    name = str(path)
    try:
        if path.is_dir():
            raise SuiteError(
                f"this is a folder, not a {kind.name}", file=name, advice="name a .yaml file in it"
            )
        if path.exists() and not path.is_file():
            raise SuiteError("this is not an ordinary file", file=name)
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise SuiteError("there is no such file", file=name) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise SuiteError(f"the file cannot be read: {reason}", file=name) from None


def parse_document(data: bytes, file: str, kind: DocumentKind = SUITE) -> YamlNode:
    """Parse the one document of a file; raise SuiteError at the first thing that is wrong."""
    text = _decode(data, file, kind)
    events = _events(text, file)
    builder = _Builder(events, file, kind)
    next(events)  # the stream starts
    if isinstance(next(events), yaml.StreamEndEvent):
        raise Place(file, 1, 1).error("the file is empty", advice=f"a {kind.name} has {kind.holds}")
    node = builder.node(next(events), 0)
    next(events)  # the document ends
    following = next(events)
    if not isinstance(following, yaml.StreamEndEvent):
        raise builder.place(following).error(f"a second document: a {kind.name} file holds one")
    return node


def _decode(data: bytes, file: str, kind: DocumentKind) -> str:
    start = Place(file, 1, 1)
    if len(data) > MAX_BYTES:
        raise start.error(f"the file is larger than 1 MiB: this is no {kind.name}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", errors="replace")
        line = good.count("\n") + 1
        column = len(good) - (good.rfind("\n") + 1) + 1
        raise Place(file, line, column).error("this is not UTF-8 text") from None
    tab = text.find("\t")
    if tab >= 0:
        line_start = text.rfind("\n", 0, tab) + 1
        place = Place(file, text.count("\n", 0, tab) + 1, tab - line_start + 1)
        raise place.error(
            f"a tab: {kind.name}s are written with spaces", advice="let your editor expand tabs"
        )
    return text


def _events(text: str, file: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file, 1, 1)
        context = f" {error.context}" if error.context else ""
        raise place.error(f"this is not YAML: {error.problem or 'unreadable'}{context}") from None
    except yaml.YAMLError as error:
        reason = getattr(error, "reason", None) or str(error).splitlines()[0]
        at = getattr(error, "position", 0) or 0
        line_start = text.rfind("\n", 0, at) + 1
        place = Place(file, text.count("\n", 0, at) + 1, at - line_start + 1)
        raise place.error(f"this is not YAML: {reason}") from None


class _Builder:
    def __init__(self, events: Iterator[Any], file: str, kind: DocumentKind) -> None:
        self.events = events
        self.file = file
        self.kind = kind

    def place(self, event: Any) -> Place:
        return Place(self.file, event.start_mark.line + 1, event.start_mark.column + 1)

    def node(self, event: Any, depth: int) -> YamlNode:
        place = self.place(event)
        kinds, instead = f"{self.kind.name}s", self.kind.instead_of_alias
        if isinstance(event, yaml.AliasEvent):
            raise place.error(f"an alias: {kinds} have none", advice=instead)
        if event.anchor is not None:
            raise place.error(f"an anchor: {kinds} have none", advice=instead)
        if event.tag is not None:
            raise place.error(f"a tag, `{event.tag}`: {kinds} have none")
        if depth > MAX_DEPTH:
            raise place.error(f"nested more than {MAX_DEPTH} deep")
        if isinstance(event, yaml.ScalarEvent):
            return self.scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(place, depth)
        return self.mapping(place, depth)

    def scalar(self, event: Any, place: Place) -> Scalar:
        """A plain scalar that goes over several lines is folded, and would lose its columns."""
        quoted = event.style not in (None, "")
        if not quoted and event.start_mark.line != event.end_mark.line:
            raise place.error("a value over several lines", advice="write it on one line")
        return Scalar(event.value, quoted, place)

    def sequence(self, place: Place, depth: int) -> Sequence:
        items = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Sequence(tuple(items), place)

    def mapping(self, place: Place, depth: int) -> Mapping:
        entries: dict[str, tuple[Scalar, YamlNode]] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self.node(event, depth + 1)
            if not isinstance(key, Scalar):
                raise key.place.error("a key is a word, not a list or a mapping")
            if key.text in entries:
                first = entries[key.text][0].place.line
                raise key.place.error(f"`{key.text}` stands here twice: first in line {first}")
            entries[key.text] = (key, self.node(next(self.events), depth + 1))
        return Mapping(entries, place)
