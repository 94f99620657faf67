"""What every step is: a frozen dataclass with declared fields, a sentence, and a way to run."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, TypeVar

from raftkit.suite._context import Context
from raftkit.suite._document import Mapping, Scalar, YamlNode
from raftkit.suite._fields import Fielded, build, specs
from raftkit.suite._place import suggest
from raftkit.suite._specs import Reader
from raftkit.suite.expressions import Scope


@dataclass(frozen=True, kw_only=True)
class Step(Fielded):
    """One step of a test. The docstring's first line is its documentation everywhere.

    Attributes:
        name: What it is called in YAML.
        main: The field that a bare value stands for: ``sleep: 50ms``.
        beside: Whether the other fields stand beside the name, as for ``repeat: 5`` with ``steps:``,
            instead of in a mapping behind it.
    """

    name: ClassVar[str] = ""
    main: ClassVar[str] = ""
    beside: ClassVar[bool] = False

    def run(self, context: Context) -> None:
        """Do it; return when it is done; raise CaseFailed when it must not go on."""
        raise NotImplementedError

    def words(self, n: int | None) -> str:
        """Say in a few words what is done."""
        raise NotImplementedError

    def blocks(self) -> "tuple[Block, ...]":
        """Give the lists of steps inside this one; their steps are numbered through."""
        return ()


@dataclass(frozen=True, slots=True)
class Block:
    """Steps inside a step; the label says when they run, where that is not plain."""

    steps: tuple[Step, ...]
    label: str = ""


STEPS: dict[str, type[Step]] = {}
"""Every step by its name in YAML, in the order of the reference."""

_S = TypeVar("_S", bound=type[Step])


def step(name: str, *, main: str = "", beside: bool = False) -> Callable[[_S], _S]:
    """Register a step under its name in YAML."""

    def register(cls: _S) -> _S:
        assert name not in STEPS, name
        cls.name, cls.main, cls.beside = name, main, beside
        STEPS[name] = cls
        return cls

    return register


def sentence(cls: type) -> str:
    """Give the first line of a class's docstring."""
    return (cls.__doc__ or "").strip().splitlines()[0]


def check_steps(steps: tuple[Step, ...], scope: Scope) -> None:
    """Check steps in their order."""
    if steps:
        scope.check_depth(steps[0].place)
    for item in steps:
        scope.budget.spend(item.place)
        item.check(scope)


def read_step(node: YamlNode, reader: Reader) -> Step:
    """Read one item of a list of steps."""
    if isinstance(node, Scalar) and not node.quoted:
        cls = _find(node)
        result: Step = build(cls, {}, node.place, reader, cls.name)
        return result
    if not isinstance(node, Mapping) or not node.entries:
        raise node.place.error(
            "wanted a step: a name, or `name: ...`", advice="for example `- check_no_leader`"
        )
    name = _step_key(node)
    key, body = node.entries[name]
    cls = _find(key)
    others = {other: (k.place, item) for other, (k, item) in node.entries.items() if other != name}
    if others and not cls.beside:
        other, (place, _) = next(iter(others.items()))
        if other in specs(cls):
            raise place.error(f"`{other}` belongs inside `{name}`", advice=f"{name}: {{..., {other}: ...}}")
        raise place.error(f"`{other}` cannot stand beside `{name}`", advice="begin each step with `- `")
    if cls.main and (cls.beside or not isinstance(body, Mapping) or specs(cls)[cls.main][0].takes_mapping):
        given = {cls.main: (key.place, body), **others}
    elif isinstance(body, Mapping):
        given = {field: (k.place, item) for field, (k, item) in body.entries.items()}
    else:
        raise _not_bare(cls, body)
    made: Step = build(cls, given, key.place, reader, name)
    return made


def _step_key(node: Mapping) -> str:
    """Find which of the keys is the step; the others stand beside it."""
    found = [name for name in node.entries if name in STEPS]
    if len(found) > 1:
        raise node.place_of(found[1]).error(
            f"`{found[0]}` and `{found[1]}` are two steps", advice="begin each step with `- `"
        )
    return found[0] if found else next(iter(node.entries))


def _find(key: Scalar) -> type[Step]:
    if key.text not in STEPS:
        advice = (
            suggest(key.text, STEPS)
            or "`raftkit suites show 2B` shows steps at work; docs/suites.md lists them"
        )
        raise key.place.error(f"there is no step `{key.text}`", advice=advice)
    return STEPS[key.text]


def _not_bare(cls: type[Step], body: YamlNode) -> Exception:
    fields = ", ".join(specs(cls))
    if not fields:
        return body.place.error(f"`{cls.name}` takes no value", advice=f"- {cls.name}")
    return body.place.error(f"`{cls.name}` takes its fields in a mapping", advice=f"{cls.name}: {{{fields}}}")
