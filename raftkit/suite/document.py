"""The YAML that suites are written in, for whoever reads another document in it: a rubric.

Every node knows its line and column, so that a refusal can point at it.
"""

from raftkit.suite._document import (
    DocumentKind,
    Mapping,
    Scalar,
    Sequence,
    YamlNode,
    describe,
    parse_document,
    read_bytes,
    take_apart,
)
from raftkit.suite._place import Place
from raftkit.suite._specs import text, word

__all__ = [
    "DocumentKind",
    "Mapping",
    "Place",
    "Scalar",
    "Sequence",
    "YamlNode",
    "describe",
    "parse_document",
    "read_bytes",
    "take_apart",
    "text",
    "word",
]
