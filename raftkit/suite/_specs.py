"""The sorts of fields: how each is written in YAML, read, described and put into the schema."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, TypeAlias

from raftkit.suite._document import Mapping, Scalar, Sequence, YamlNode, describe
from raftkit.suite._place import Place, suggest
from raftkit.suite.expressions import RESERVED, Expression, Kind, ListOf, Literal, Node, Want, parse

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}", re.ASCII)
MAX_TEXT = 500
"""Characters of one sentence in a suite."""

Schema: TypeAlias = dict[str, Any]


class Reader(Protocol):
    """What fields ask of the loader."""

    def steps(self, node: YamlNode) -> tuple[Any, ...]:
        """Read a list of steps."""
        ...

    def shared(self, name: Scalar) -> Any:
        """Find shared steps by their name."""
        ...


@dataclass(frozen=True, slots=True)
class Saved:
    """A variable that a step saves into."""

    name: str
    kind: Kind
    place: Place


@dataclass(frozen=True, kw_only=True)
class Spec:
    """What every field has: a sentence, and a default written as in YAML."""

    takes_mapping: ClassVar[bool] = False

    doc: str
    default: str | None = None

    def read(self, node: YamlNode, reader: Reader) -> Any:
        """Turn a node into the field's value; raise SuiteError with the node's place."""
        raise NotImplementedError

    def schema(self) -> Schema:
        """Describe what may be written."""
        raise NotImplementedError

    def takes(self) -> str:
        """Say in a few words what may be written."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class ExpressionSpec(Spec):
    """An expression of some kind."""

    want: Want

    def read(self, node: YamlNode, reader: Reader) -> Expression:
        """Parse a plain scalar, take a quoted one as a text, and a list as a list of these."""
        return Expression(_tree(node, self.want), node.place, self.want)

    def schema(self) -> Schema:
        """Take what YAML makes of such an expression."""
        types = list(self.want.schema)
        return {"type": types[0] if len(types) == 1 else types}

    def takes(self) -> str:
        """Repeat what the kind is called."""
        return self.want.doc


def _tree(node: YamlNode, want: Want) -> Node:
    if isinstance(node, Mapping):
        raise node.place.error(f"wanted {want.doc}, found a mapping")
    if isinstance(node, Sequence):
        return ListOf(tuple(_tree(item, want) for item in node.items), node.place)
    if node.quoted:
        return Literal(node.text, node.place)
    if not node.text:
        raise node.place.error(f"wanted {want.doc}, found nothing")
    return parse(node.text, node.place)


@dataclass(frozen=True, kw_only=True)
class SavedSpec(Spec):
    """The name of a variable."""

    kind: Kind

    def read(self, node: YamlNode, reader: Reader) -> Saved:
        """Refuse what is no name, or has a meaning of its own."""
        return Saved(identifier(node), self.kind, node.place)

    def schema(self) -> Schema:
        """Take an identifier."""
        return {"type": "string", "pattern": f"^{_IDENTIFIER.pattern}$"}

    def takes(self) -> str:
        """Say that it is a name."""
        return "a variable's name"


def identifier(node: YamlNode) -> str:
    """Read the name of a variable or of a parameter."""
    if not isinstance(node, Scalar) or not _IDENTIFIER.fullmatch(node.text):
        raise node.place.error(f"wanted a name made of letters, digits and `_`, found {describe(node)}")
    if node.text in RESERVED:
        raise node.place.error(f"`{node.text}` has a meaning of its own", advice="use another name")
    return node.text


@dataclass(frozen=True, kw_only=True)
class WordSpec(Spec):
    """One word out of a few."""

    words: tuple[str, ...]

    def read(self, node: YamlNode, reader: Reader) -> str:
        """Refuse any other word."""
        return word(node, self.words)

    def schema(self) -> Schema:
        """Take one of the words."""
        return {"enum": list(self.words)}

    def takes(self) -> str:
        """List the words."""
        return " or ".join(f"`{word}`" for word in self.words)


def word(node: YamlNode, words: tuple[str, ...]) -> str:
    """Read one word out of a few."""
    if not isinstance(node, Scalar) or node.text not in words:
        advice = suggest(node.text, words) if isinstance(node, Scalar) else ""
        raise node.place.error(f"wanted {' or '.join(words)}, found {describe(node)}", advice=advice)
    return node.text


def words(node: YamlNode, known: tuple[str, ...]) -> tuple[str, ...]:
    """Read a list of words out of a few."""
    if not isinstance(node, Sequence) or not node.items:
        raise node.place.error(f"wanted a list of {', '.join(known)}, found {describe(node)}")
    return tuple(word(item, known) for item in node.items)


@dataclass(frozen=True, kw_only=True)
class TextSpec(Spec):
    """A sentence for people."""

    def read(self, node: YamlNode, reader: Reader) -> str:
        """Take the text, quoted or not."""
        return text(node)

    def schema(self) -> Schema:
        """Take any text."""
        return {"type": "string", "maxLength": MAX_TEXT}

    def takes(self) -> str:
        """Say that it is a text."""
        return "a text"


def text(node: YamlNode, most: int = MAX_TEXT) -> str:
    """Read a text for people; quotation marks are optional."""
    if not isinstance(node, Scalar) or not node.text.strip():
        raise node.place.error(f"wanted a text, found {describe(node)}")
    if len(node.text) > most:
        raise node.place.error(f"a text of {len(node.text)} characters: at most {most} are allowed")
    if not node.text.isprintable():
        raise node.place.error("a text with control characters or line ends: write it on one line")
    return node.text


@dataclass(frozen=True, kw_only=True)
class StepsSpec(Spec):
    """A list of steps."""

    def read(self, node: YamlNode, reader: Reader) -> tuple[Any, ...]:
        """Read every step of the list."""
        return reader.steps(node)

    def schema(self) -> Schema:
        """Point at the definition of steps."""
        return {"$ref": "#/$defs/steps"}

    def takes(self) -> str:
        """Say that it is a list of steps."""
        return "a list of steps"


@dataclass(frozen=True, kw_only=True)
class AssignmentsSpec(Spec):
    """Names with an expression each, in order."""

    takes_mapping: ClassVar[bool] = True

    want: Want

    def read(self, node: YamlNode, reader: Reader) -> tuple[tuple[Saved, Expression], ...]:
        """Read a mapping of names."""
        if not isinstance(node, Mapping) or not node.entries:
            raise node.place.error(f"wanted names with their values, {{name: value}}, found {describe(node)}")
        value = ExpressionSpec(doc="", want=self.want)
        return tuple(
            (Saved(identifier(key), Kind.ANY, key.place), value.read(item, reader))
            for key, item in node.entries.values()
        )

    def schema(self) -> Schema:
        """Take any names."""
        value = ExpressionSpec(doc="", want=self.want).schema()
        return {"type": "object", "minProperties": 1, "additionalProperties": value}

    def takes(self) -> str:
        """Say that it is names with values."""
        return "names, each with any value"


@dataclass(frozen=True, kw_only=True)
class SharedSpec(Spec):
    """The name of shared steps."""

    def read(self, node: YamlNode, reader: Reader) -> Any:
        """Find them in the same file."""
        if not isinstance(node, Scalar):
            raise node.place.error(f"wanted the name of shared steps, found {describe(node)}")
        return reader.shared(node)

    def schema(self) -> Schema:
        """Take any name."""
        return {"type": "string"}

    def takes(self) -> str:
        """Say that it is a name."""
        return "the name of steps under `shared:`"
