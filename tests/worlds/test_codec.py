"""Marshalling: whatever goes in comes out equal and of the same types, whatever the annotations say."""

import dataclasses
import enum
import math
import re
import textwrap
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from raftkit.sim import Kernel, Space, make_locks
from raftkit.worlds.local._codec import PICKLE_MARK, Codec, MarshalError, view_of

SOURCE = """
from __future__ import annotations
import enum, threading, typing
from dataclasses import InitVar, dataclass, field
from typing import Any, NamedTuple, NewType, Optional
import msgspec

Term = NewType("Term", int)
class Role(enum.Enum): LEADER = "leader"; FOLLOWER = "follower"
class Code(enum.IntEnum): A = 1
class Flags(enum.IntFlag): A = 1; B = 2

@dataclass
class Entry:
    term: int
    command: Any
@dataclass(slots=True)
class Slim:
    term: int
    command: Any = None
@dataclass(frozen=True)
class Frozen:
    term: Term
    name: str = ""
@dataclass(frozen=True, slots=True)
class FrozenSlim:
    term: int
@dataclass
class One:
    only: float
@dataclass
class Empty:
    pass
class Struct(msgspec.Struct):
    term: int
    command: Any = None
class FrozenStruct(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    term: int
    entries: list[Struct] = []
class ArrayStruct(msgspec.Struct, array_like=True): term: int
class Renamed(msgspec.Struct, rename="camel"): voted_for: int
class Tagged(msgspec.Struct, tag=True): term: int
class WithDict(msgspec.Struct, dict=True): term: int

@dataclass
class Everything:
    integer: int = 0
    text: str = ""
    number: float = 0.0
    flag: bool = False
    data: bytes = b""
    anything: Any = None
    role: Role = Role.LEADER
    maybe: int | None = None
    either: int | str = 0
    entries: list[Entry] = field(default_factory=list)
    slim: list[Slim] = field(default_factory=list)
    structs: list[Struct] = field(default_factory=list)
    pair: tuple[int, str] = (0, "")
    many: tuple[int, ...] = ()
    names: set[str] = field(default_factory=set)
    frozen: frozenset[int] = frozenset()
    by_number: dict[int, Entry] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    one: Optional[Entry] = None
    next: Optional[Everything] = None
    term: Term = Term(0)
    number_or_none: float | None = None

@dataclass
class Child(Entry):
    extra: int = 0
@dataclass
class Checked:
    term: int
    def __post_init__(self): self.double = self.term * 2
@dataclass
class Late:
    term: int
    rest: int = field(init=False, default=7)
@dataclass
class OwnState:
    term: int
    def __getstate__(self): return {"term": self.term + 1}
@dataclass(init=False)
class OwnInit:
    term: int
    def __init__(self): self.term = 5
class SlotBase: __slots__ = ("hidden",)
@dataclass
class OverSlots(SlotBase):
    term: int
class Pair(NamedTuple):
    a: int
    b: str
class Plain:
    def __init__(self, term): self.term = term
    def __eq__(self, other): return vars(self) == vars(other)
"""


class World:
    """A module in a space, and codecs for its types."""

    def __init__(self, folder: Path) -> None:
        (folder / "codec_types.py").write_text(textwrap.dedent(SOURCE))
        self.kernel = Kernel("codec", on_error=lambda task, error: None)
        self.space = Space(
            self.kernel,
            make_locks(self.kernel, Random(1)),
            Random(1),
            roots=[folder],
            on_print=lambda text, is_error: None,
            on_thread_error=lambda name, error: None,
        )
        self.module: ModuleType = self.space.load(folder / "codec_types.py", "codec_types")

    def codec(self, annotation: Any) -> Codec:
        if isinstance(annotation, str):
            annotation = eval(annotation, self.module.__dict__)
        return Codec(annotation, self.space)

    def close(self) -> None:
        self.kernel.close()
        self.space.close()


@pytest.fixture(scope="module")
def types(tmp_path_factory: Any) -> Any:
    """The types above, as a server's own module."""
    world = World(tmp_path_factory.mktemp("codec"))
    yield world
    world.close()


def same(left: Any, right: Any) -> bool:
    """Equal, and of the same types all the way down; NaN is itself."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (math.isnan(left) and math.isnan(right))
    if isinstance(left, dict):
        return same(list(left), list(right)) and same(list(left.values()), list(right.values()))
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, set | frozenset):
        return left == right and same(sorted(map(repr, left)), sorted(map(repr, right)))
    if dataclasses.is_dataclass(left) and hasattr(left, "__dict__"):
        return same(vars(left), vars(right))
    if dataclasses.is_dataclass(left):
        return all(same(getattr(left, f.name), getattr(right, f.name)) for f in dataclasses.fields(left))
    return bool(left == right)


def travel(world: World, annotation: Any, value: Any) -> tuple[Any, bytes]:
    codec = world.codec(annotation)
    data = codec.encode(value, "args")
    return world.codec(annotation).decode(data), data


VALUES: dict[str, tuple[Any, str, bool]] = {
    # name: (annotation, value, does it go as MessagePack?)
    "int": ("int", "5", True),
    "none-for-int": ("int", "None", True),
    "bool-for-int": ("int", "True", True),
    "text-for-int": ("int", "'x'", True),
    "float-for-int": ("int", "1.0", False),
    "int-for-float": ("float", "1", False),
    "large-int-for-float": ("One", "One(2**60 + 1)", False),
    "int-or-float": ("int | float", "1", True),
    "int-for-float-or-none": ("float | None", "1", False),
    "intenum-for-int": ("int", "Code.A", False),
    "intflag": ("Flags", "Flags.A | Flags.B", True),
    "beyond-64-bits": ("int", "2**70", False),
    "nan": ("float", "float('nan')", True),
    "lone-surrogate": ("str", "'a\\ud800'", False),
    "enum-for-str": ("str", "Role.LEADER", False),
    "bytearray-for-bytes": ("bytes", "bytearray(b'x')", False),
    "bytes-for-str": ("str", "b'x'", True),
    "str-for-bytes": ("bytes", "'x'", True),
    "dataclass": ("Entry", "Entry(1, 'x')", True),
    "none-for-dataclass": ("Entry", "None", False),
    "tuple-in-int-field": ("Entry", "Entry((1, 2), 'x')", False),
    "dataclass-in-int-field": ("Entry", "Entry(Entry(1, 2), 'x')", False),
    "tuple-in-any": ("Entry", "Entry(1, ('set', 1))", False),
    "list-in-any": ("Entry", "Entry(1, [1, (2, 3)])", False),
    "subclass": ("Entry", "Child(1, 2, 3)", False),
    "extra-attribute": ("Entry", "with_extra(Entry(1, 2))", False),
    "extra-attribute-in-a-list": ("list[Entry]", "[Entry(1, 2), with_extra(Entry(1, 2))]", False),
    "missing-attribute": ("Entry", "without(Entry(1, 2), 'term')", False),
    "slots": ("Slim", "Slim(1, b'x')", True),
    "frozen": ("Frozen", "Frozen(1, 'x')", True),
    "none-in-frozen": ("Frozen", "Frozen(1, None)", True),
    "frozen-slots": ("FrozenSlim", "FrozenSlim(None)", True),
    "one-field": ("One", "One(1.5)", True),
    "no-field": ("Empty", "Empty()", True),
    "struct": ("Struct", "Struct(1, 'x')", True),
    "none-in-struct": ("Struct", "Struct(None, 'x')", True),
    "nested-structs": ("FrozenStruct", "FrozenStruct(1, [Struct(2), Struct(3, b'')])", True),
    "nested-structs-with-none": ("FrozenStruct", "FrozenStruct(None, [Struct(None)])", True),
    "array-like-struct": ("ArrayStruct", "ArrayStruct(1)", False),
    "renamed-struct": ("Renamed", "Renamed(1)", False),
    "tagged-struct": ("Tagged", "Tagged(1)", False),
    "struct-with-dict": ("WithDict", "with_extra(WithDict(1))", False),
    "list-of-records": ("list[Slim]", "[Slim(1, 'x'), Slim(2, None)]", True),
    "list-of-records-with-none": ("list[Slim]", "[Slim(1, 'x'), Slim(None, None)]", True),
    "list-of-records-with-tuple": ("list[Slim]", "[Slim(1, 'x'), Slim(2, (1,))]", False),
    "tuple-for-list": ("list[int]", "(1, 2)", False),
    "list-for-tuple": ("tuple[int, ...]", "[1, 2]", False),
    "list-of-mixed": ("list[int]", "[1, None, 'x']", True),
    "list-of-lists": ("list[list[int]]", "[[1], [2, 3]]", True),
    "tuple": ("tuple[int, str]", "(1, 'x')", True),
    "tuple-too-long": ("tuple[int, int]", "(1, 2, 3)", False),
    "tuple-with-none": ("tuple[int, Entry]", "(None, Entry(None, 2))", True),
    "set": ("set[str]", "{'a', 'b'}", True),
    "int-keys": ("dict[int, Entry]", "{1: Entry(1, 2), -5: Entry(None, 3)}", True),
    "wrong-keys": ("dict[str, int]", "{1: 2}", False),
    "tuple-keys": ("dict[str, int]", "{(1, 2): 2}", False),
    "enum": ("Role", "Role.LEADER", True),
    "optional": ("Optional[Entry]", "None", True),
    "everything": ("Everything", "Everything(entries=[Entry(1, 2)], next=Everything(), by_name={'a': [1]})", True),
    "nothing-as-promised": ("Everything", "Everything(None, None, None, None, None, None, 1, [], {})", False),
    "post-init": ("Checked", "Checked(3)", False),
    "field-without-init": ("Late", "Late(3)", False),
    "own-init": ("OwnInit", "OwnInit()", True),
    "slots-of-a-base": ("OverSlots", "with_hidden(OverSlots(3))", False),
    "named-tuple": ("Pair", "Pair(1, 'x')", False),
    "plain-class": ("Plain", "Plain(1)", False),
    "no-annotation": (None, "Entry(1, (2, 3))", False),
    "unknown-annotation": ("typing.Callable", "{'any': {1, 2}}", False),
    "circle": ("list[list[int]]", "circle()", False),
}  # fmt: skip


def _value(world: World, source: str) -> Any:
    def with_extra(record: Any) -> Any:
        record.extra = 5
        return record

    def without(record: Any, name: str) -> Any:
        delattr(record, name)
        return record

    def with_hidden(record: Any) -> Any:
        record.hidden = 6
        return record

    def circle() -> Any:
        made: list[Any] = []
        made.append(made)
        return made

    helpers = {"with_extra": with_extra, "without": without, "with_hidden": with_hidden, "circle": circle}
    return eval(source, {**world.module.__dict__, **helpers})


@pytest.mark.parametrize("name", VALUES)
def test_what_goes_in_comes_out(types: World, name: str) -> None:
    """A lying annotation costs speed, and never truth."""
    annotation, source, is_packed = VALUES[name]
    value = _value(types, source)
    with types.space.present():
        back, data = travel(types, annotation, value)
    if name == "circle":
        assert back[0] is back
    else:
        assert same(back, value)
    if name == "slots-of-a-base":
        assert back.hidden == 6
    assert (data[:2] != PICKLE_MARK) == is_packed


def test_own_pickling_is_honoured(types: World) -> None:
    """A class that says how it is pickled must not travel by another way."""
    with types.space.present():
        back, _ = travel(types, "OwnState", types.module.OwnState(1))
    assert back.term == 2


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(alphabet=st.characters())
    | st.binary(max_size=5)
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3)
        | st.frozensets(st.integers() | st.text(max_size=2), max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_value_in_any_field_comes_out_equal_and_of_the_same_types(types: World, data: Any) -> None:
    """Hypothesis puts anything into fields that promise something else."""
    module = types.module
    names = [field.name for field in dataclasses.fields(module.Everything)]
    wrong = data.draw(st.dictionaries(st.sampled_from(names), ANYTHING, max_size=3))
    entries = data.draw(st.lists(st.tuples(ANYTHING, ANYTHING), max_size=3))
    kinds = [module.Entry, module.Slim, module.Struct]
    kind = data.draw(st.integers(0, 2))
    field = data.draw(st.sampled_from(["entries", "slim", "structs"]))
    value = module.Everything(**{**wrong, field: [kinds[kind](*entry) for entry in entries]})
    with types.space.present():
        back, packed = travel(types, "Everything", value)
        assert _all_same(back, value)
        view_of(packed, value)  # never raises


def _all_same(left: Any, right: Any) -> bool:
    structs = [[(s.term, s.command) if type(s).__name__ == "Struct" else s for s in v] if type(v) is list else v
               for value in (left, right) for v in vars(value).values()]  # fmt: skip
    half = len(structs) // 2
    return same(structs[:half], structs[half:]) and type(left) is type(right)


BROKEN = {
    "a-lambda": ("Entry(1, lambda: 0)", r"args\.command \(function\) cannot be sent to another server: .*lambda"),
    "a-lock": ("Entry(1, threading.Lock())", r"args\.command \(Lock\) cannot be sent .*: cannot pickle '_thread.lock' object"),
    "deep-inside": ("Everything(entries=[Entry(1, 2), Entry(1, {'k': threading.Event()})])", r"args\.entries\[1\]\.command\['k'\] \(Event\) cannot"),
    "in-slots": ("Slim(1, (x for x in ()))", r"args\.command \(generator\) cannot be sent"),
    "in-a-struct": ("Struct(1, [threading.Condition()])", r"args\.command\[0\] \(Condition\) cannot be sent"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_what_cannot_be_sent_is_named(types: World, name: str) -> None:
    """The author sees which field it was, and not only that pickle did not like something."""
    source, text = BROKEN[name]
    types.module.threading = types.space.import_module("threading")  # type: ignore[attr-defined]
    with types.space.present():
        value = eval(source, types.module.__dict__)
        codec = types.codec("Everything" if source.startswith("Every") else source.partition("(")[0])
        with pytest.raises(MarshalError) as caught:
            codec.encode(value, "args")
    assert re.match(text, str(caught.value)), str(caught.value)


def test_views_show_what_was_pickled_and_nothing_of_what_was_not(types: World) -> None:
    """Packed bytes are shown themselves; for a pickle the world sends a view beside it."""
    module = types.module
    with types.space.present():
        _, packed = travel(types, "Entry", module.Entry(1, "x"))
        assert view_of(packed, None) == b""
        value = module.Plain((1, module.Slim(2), {"lock": object()}))
        _, pickled = travel(types, None, module.Plain(1))
        assert msgspec.msgpack.decode(view_of(pickled, value)) == {
            "term": [1, {"term": 2, "command": None}, {"lock": "object"}]
        }
        assert msgspec.msgpack.decode(view_of(pickled, {2**70: 1})) == "(cannot be shown)"


def test_what_is_decoded_shares_nothing_with_what_was_sent(types: World) -> None:
    """Servers are different computers: a list that one changes must not change elsewhere."""
    module = types.module
    value = module.Everything(by_name={"a": [1]}, entries=[module.Entry(1, 2)])
    with types.space.present():
        for annotation in ("Everything", None):
            back, _ = travel(types, annotation, value)
            back.by_name["a"].append(2)
            back.entries[0].term = 9
    assert value.by_name == {"a": [1]}
    assert value.entries[0].term == 1


def test_each_server_decodes_into_its_own_classes(tmp_path: Path) -> None:
    """An entry that came from another server is an entry of this one: ``isinstance`` works."""
    for sub in ("a", "b"):
        (tmp_path / sub).mkdir()
    one, other = World(tmp_path / "a"), World(tmp_path / "b")
    try:
        for annotation in ("Entry", None):
            with one.space.present():
                data = one.codec(annotation).encode(one.module.Entry(1, 2), "args")
            with other.space.present():
                back = other.codec(annotation).decode(data)
            assert type(back) is other.module.Entry
    finally:
        one.close()
        other.close()


def test_enums_compare_by_identity_after_the_journey(types: World) -> None:
    """``role is Role.LEADER`` is how people compare."""
    assert issubclass(types.module.Role, enum.Enum)
    with types.space.present():
        back, _ = travel(types, "Everything", types.module.Everything(role=types.module.Role.FOLLOWER))
    assert back.role is types.module.Role.FOLLOWER
