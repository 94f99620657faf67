"""Classes that are read from a mapping: how they declare their fields, and are made of nodes."""

from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any

from raftkit.errors import SuiteError
from raftkit.suite._document import Mapping, Scalar, Sequence, YamlNode, describe
from raftkit.suite._place import Place, suggest
from raftkit.suite._specs import ExpressionSpec, Reader, Saved, SavedSpec, Schema, Spec
from raftkit.suite.expressions import Expression, Kind, Scope, Want


@dataclass(frozen=True, kw_only=True)
class GroupSpec(Spec):
    """A mapping with fields of its own, or a list of such mappings."""

    of: type["Fielded"]
    many: bool = False

    def read(self, node: YamlNode, reader: Reader) -> Any:
        """Read the mapping's fields."""
        if not self.many:
            return read_fields(self.of, node, reader)
        if not isinstance(node, Sequence) or not node.items:
            raise node.place.error(f"wanted a list of mappings, found {describe(node)}")
        return tuple(read_fields(self.of, item, reader) for item in node.items)

    def schema(self) -> Schema:
        """Take the fields."""
        one = object_schema(self.of)
        return {"type": "array", "minItems": 1, "items": one} if self.many else one

    def takes(self) -> str:
        """List the fields."""
        names = ", ".join(f"`{name}`" for name in specs(self.of))
        return f"a list of mappings with {names}" if self.many else f"a mapping with {names}"


@dataclass(frozen=True, kw_only=True)
class Fielded:
    """Something read from a mapping: it knows its place, and declares its fields by the functions below."""

    place: Place

    def check(self, scope: Scope) -> None:
        """Check every expression, then define what is saved."""
        check_expressions(self, scope)
        define_saved(self, scope)


def value(want: Want, doc: str, *, default: str | None = None, optional: bool = False) -> Any:
    """Declare a field that holds an expression; ``default`` is written as in YAML."""
    return _declare(ExpressionSpec(doc=doc, want=want, default=default), optional)


def saves(kind: Kind, doc: str, *, required: bool = False) -> Any:
    """Declare a field that names a variable to save into."""
    return _declare(SavedSpec(doc=doc, kind=kind), not required)


def declared(spec: Spec, *, optional: bool = False) -> Any:
    """Declare a field by its spec."""
    return _declare(spec, optional)


def _declare(spec: Spec, optional: bool) -> Any:
    metadata = {"spec": spec}
    return field(default=None, metadata=metadata) if optional else field(metadata=metadata)


def specs(of: type[Fielded]) -> dict[str, tuple[Spec, bool]]:
    """List a class's fields as YAML names them, with whether each must be given."""
    return {_yaml_name(f): (f.metadata["spec"], _required(f)) for f in fields(of) if "spec" in f.metadata}


def _yaml_name(field: Field[Any]) -> str:
    return field.name.rstrip("_")


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.metadata["spec"].default is None


def read_fields(of: type[Fielded], node: YamlNode, reader: Reader) -> Any:
    """Read a mapping into a class by its declared fields."""
    if not isinstance(node, Mapping):
        raise node.place.error(f"wanted a mapping with {', '.join(specs(of))}; found {describe(node)}")
    given = {name: (key.place, item) for name, (key, item) in node.entries.items()}
    return build(of, given, node.place, reader, "")


def build(
    of: type[Fielded], given: dict[str, tuple[Place, YamlNode]], place: Place, reader: Reader, owner: str
) -> Any:
    """Make a class of the nodes given for its fields; refuse the unknown and the missing."""
    known = specs(of)
    of_owner = f" of `{owner}`" if owner else ""
    for name, (key_place, _) in given.items():
        if name not in known:
            advice = suggest(name, known) if known else f"`{owner}` stands alone"
            raise key_place.error(f"`{name}` is no field{of_owner}", advice=advice)
    values: dict[str, Any] = {}
    for declared in fields(of):
        if "spec" not in declared.metadata:
            continue
        name, spec = _yaml_name(declared), declared.metadata["spec"]
        if name in given:
            values[declared.name] = spec.read(given[name][1], reader)
        elif spec.default is not None:
            values[declared.name] = spec.read(Scalar(spec.default, False, place), reader)
        elif _required(declared):
            raise _missing(place, name, spec, owner)
    return of(place=place, **values)


def _missing(place: Place, name: str, spec: Spec, owner: str) -> SuiteError:
    of_owner = f"`{owner}` is missing" if owner else "missing here:"
    return place.error(
        f"{of_owner} its field `{name}`" if owner else f"{of_owner} `{name}`",
        advice=f"{name}: {spec.takes()}",
    )


def check_expressions(of: Fielded, scope: Scope) -> None:
    """Check the expressions of a class and of the mappings in it."""
    for declared in fields(of):
        item = getattr(of, declared.name)
        if isinstance(item, Expression):
            item.check(scope)
        elif isinstance(item, Fielded):
            check_expressions(item, scope)


def define_saved(of: Fielded, scope: Scope) -> None:
    """Define the variables that a class saves."""
    for declared in fields(of):
        item = getattr(of, declared.name)
        if isinstance(item, Saved):
            scope.define(item.name, item.kind, item.place)


def object_schema(of: type[Fielded]) -> Schema:
    """Describe a class as a JSON object."""
    known = specs(of)
    schema: Schema = {
        "type": "object",
        "properties": {
            name: {**spec.schema(), "description": _describe(spec)} for name, (spec, _) in known.items()
        },
        "additionalProperties": False,
    }
    required = [name for name, (_, required) in known.items() if required]
    return {**schema, "required": required} if required else schema


def _describe(spec: Spec) -> str:
    default = f" Default: {spec.default}." if spec.default is not None else ""
    return f"{spec.doc}{default}"
