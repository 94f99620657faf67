"""Marshalling: RPC arguments and replies to bytes and back, by value.

Two forms. A type that is *closed* (scalars, dataclasses, structs, lists and dicts of such, as a
handler's annotations say) goes as MessagePack, decoded straight into the receiver's own classes.
Anything else is pickled, and finds the receiver's classes by name. Before MessagePack is chosen the
value is checked to be exactly what the annotations promise wherever something could get lost, so that
both forms hand over the same thing; an ``int`` that is really None still arrives as None.

MessagePack maps and pickles can be told apart by their first two bytes.
"""

import dataclasses
import enum
import pickle
import types
import typing
from collections.abc import Callable
from functools import partial
from operator import attrgetter
from typing import Any

import msgspec

from raftkit.sim import Space

PICKLE_MARK = b"\x80\x05"
LONGEST_MESSAGE_BYTES = 16 * 2**20
"""No network carries more in one message; the lab's longest have some kilobytes."""
SCALARS: frozenset[type] = frozenset({int, str, float, bool, bytes, type(None)})
_encode = msgspec.msgpack.Encoder().encode

Check = Callable[[Any], bool]
Build = Callable[[Any], Any]


class NotClosed(Exception):
    """The annotation does not say enough for MessagePack."""


class MarshalError(TypeError):
    """A value cannot be copied to another server; the message names the field."""


@dataclasses.dataclass(frozen=True, slots=True)
class _Plan:
    """How values of one type travel.

    ``types`` are the exact types that a value may have, and ``inside`` looks further, into what it holds;
    None when there is nothing more to see. ``build`` makes the value from plain data without looking at
    scalars, and is None for scalars themselves.
    """

    types: frozenset[type]
    inside: Check | None
    build: Build | None


class Codec:
    """Encodes and decodes values of one annotated type, within one space."""

    def __init__(self, annotation: Any, space: Space) -> None:
        self._space = space
        self._plan: _Plan | None = None
        self._decoder: Any = None
        if annotation is not None:
            try:
                with space.present():
                    self._decoder = msgspec.msgpack.Decoder(annotation)
                    self._plan = _plan(annotation, {})
            except Exception:  # no plan: pickle it
                return

    def encode(self, value: Any, what: str) -> bytes:
        """Bytes of a value; ``what`` names it in errors.

        Raises:
            MarshalError: Part of it cannot be copied, or there is too much of it.
        """
        data = self._encoded(value, what)
        if len(data) > LONGEST_MESSAGE_BYTES:
            size, most = len(data) / 2**20, LONGEST_MESSAGE_BYTES / 2**20
            raise MarshalError(
                f"{what} would be a message of {size:.1f} MiB, and the longest has {most:g} MiB"
            )
        return data

    def _encoded(self, value: Any, what: str) -> bytes:
        if self._plan is not None:
            try:
                if _fits(self._plan, value):
                    return _encode(value)
            except Exception:  # a number beyond 64 bits, a lone surrogate, a circle: pickle takes it
                pass
        try:
            with self._space.present():
                return pickle.dumps(value, 5)
        except Exception as error:
            raise MarshalError(f"{_blame(value, what, self._space)}: {error}") from None

    def decode(self, data: bytes) -> Any:
        """The value, in this space's own classes."""
        if data[:2] == PICKLE_MARK:
            with self._space.present():
                return pickle.loads(data)
        try:
            return self._decoder.decode(data)
        except msgspec.ValidationError:  # annotations that are only nearly true
            plain = msgspec.msgpack.decode(data, strict=False)
            build = None if self._plan is None else self._plan.build
            return plain if build is None else build(plain)


def view_of(data: bytes, value: Any) -> bytes:
    """What people see of a marshalled value: empty when the bytes are MessagePack themselves."""
    if data[:2] != PICKLE_MARK:
        return b""
    try:
        return msgspec.msgpack.encode(value, enc_hook=_plain)
    except Exception:
        return _encode("(cannot be shown)")


def _plain(value: Any) -> Any:
    state = getattr(value, "__dict__", None)
    return dict(state) if state else type(value).__name__


def _blame(value: Any, path: str, space: Space, depth: int = 0) -> str:
    """The smallest part of a value that cannot be pickled, as a path like ``args.entries[2].lock``."""
    parts: list[tuple[str, Any]] = []
    if depth < 6 and not type(value).__module__.startswith(("threading", "raftkit.")):  # not what is ours
        if isinstance(value, dict):
            parts = [(f"{path}[{key!r}]", item) for key, item in list(value.items())[:1000]]
        elif isinstance(value, list | tuple | set | frozenset):
            parts = [(f"{path}[{index}]", item) for index, item in enumerate(list(value)[:1000])]
        else:
            parts = [(f"{path}.{name}", item) for name, item in getattr(value, "__dict__", {}).items()]
            for name in getattr(type(value), "__slots__", ()):
                if hasattr(value, name):
                    parts.append((f"{path}.{name}", getattr(value, name)))
    for name, part in parts:
        try:
            with space.present():
                pickle.dumps(part, 5)
        except Exception:
            return _blame(part, name, space, depth + 1)
    return f"{path} ({type(value).__name__}) cannot be sent to another server"


# -- plans ---------------------------------------------------------------------


def _plan(annotation: Any, known: dict[Any, _Plan]) -> _Plan:
    if annotation in (int, str, float, bool, bytes, None, type(None)):
        return _scalar((annotation,))
    if annotation in (Any, object):
        return _Plan(SCALARS, None, None)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _plan(typing.get_args(annotation)[0], known)
    if isinstance(annotation, typing.NewType):
        return _plan(annotation.__supertype__, known)
    if origin in (typing.Union, types.UnionType):
        return _union(typing.get_args(annotation), known)
    if origin in (list, set, frozenset):
        return _collection(origin, typing.get_args(annotation)[0], known)
    if origin is dict:
        return _mapping(typing.get_args(annotation), known)
    if origin is tuple:
        return _tuple(typing.get_args(annotation), known)
    if isinstance(annotation, type):
        return _class(annotation, known)
    raise NotClosed(annotation)


def _scalar(members: tuple[Any, ...]) -> _Plan:
    """A scalar of another type than promised still arrives as it is: the decoder refuses it, and plain data
    are taken instead. Only numbers would quietly be made into what was promised."""
    allowed = SCALARS
    if int in members and float not in members:
        allowed = allowed - {float}
    if float in members and int not in members:
        allowed = allowed - {int, bool}
    return _Plan(allowed, None, None)


def _union(members: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    if all(member in SCALARS for member in members):
        return _scalar(members)
    others = [member for member in members if member is not type(None)]
    if len(others) != 1:
        raise NotClosed(members)
    plan = _plan(others[0], known)
    inside, build = plan.inside, plan.build
    return _Plan(
        plan.types | {type(None)},
        None if inside is None else lambda value: value is None or inside(value),
        None if build is None else lambda value: None if value is None else build(value),
    )


def _collection(kind: type, item: Any, known: dict[Any, _Plan]) -> _Plan:
    plan = _plan(item, known)
    item_build = plan.build
    return _Plan(
        frozenset({kind}),
        _each(item, plan),
        kind if item_build is None else lambda value: kind(map(item_build, value)),
    )


def _each(item: Any, plan: _Plan) -> Check:
    """A check over many values of one type; the common cases run at C speed."""
    allowed, inside = plan.types, plan.inside
    if inside is None:
        return lambda values: allowed.issuperset(map(type, values))
    columns = _columns(item)
    if columns is None:
        return lambda values: allowed.issuperset(map(type, values)) and all(map(inside, values))

    def check(values: Any) -> bool:
        if not allowed.issuperset(map(type, values)):
            return False
        return all(good.issuperset(map(look, map(get, values))) for get, look, good in columns)

    return check


def _columns(item: Any) -> list[tuple[Any, Any, frozenset[Any]]] | None:
    """What to look at, field by field, in many records that hold nothing but scalars."""
    if not isinstance(item, type) or not (dataclasses.is_dataclass(item) or issubclass(item, msgspec.Struct)):
        return None
    columns: list[tuple[Any, Any, frozenset[Any]]] = []
    fields = _fields(item)
    for name, annotation in fields.items():
        if annotation not in SCALARS and annotation not in (Any, object, None):
            return None
        columns.append((attrgetter(name), type, _plan(annotation, {}).types))
    if item.__dictoffset__:
        columns.append((attrgetter("__dict__"), len, frozenset({len(fields)})))
    return columns


def _mapping(types_: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    key, item = types_
    if key not in (int, str):
        raise NotClosed(key)
    plan = _plan(item, known)
    keys, each, item_build = frozenset({key}), _each(item, plan), plan.build
    return _Plan(
        frozenset({dict}),
        lambda value: keys.issuperset(map(type, value)) and each(value.values()),
        None if item_build is None else lambda value: {key: item_build(part) for key, part in value.items()},
    )


def _tuple(items: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    if len(items) == 2 and items[1] is Ellipsis:
        return _collection(tuple, items[0], known)
    plans = [_plan(item, known) for item in items]

    def inside(value: Any) -> bool:
        return len(value) == len(plans) and all(map(_fits, plans, value))

    def build(value: Any) -> Any:
        return tuple(
            part if plan.build is None else plan.build(part) for plan, part in zip(plans, value, strict=True)
        )

    return _Plan(frozenset({tuple}), inside, build)


def _fits(plan: _Plan, value: Any) -> bool:
    return type(value) in plan.types and (plan.inside is None or plan.inside(value))


def _fields(cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    if dataclasses.is_dataclass(cls):
        return {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return {name: hints[name] for name in cls.__struct_fields__}


def _class(cls: Any, known: dict[Any, _Plan]) -> _Plan:
    if cls in known:
        return known[cls]
    if issubclass(cls, enum.Enum):
        return _Plan(frozenset({cls}), None, cls)
    if not _is_plain_record(cls):
        raise NotClosed(cls)
    return _record(cls, known)


def _is_plain_record(cls: Any) -> bool:
    """Whether an object of the class is its fields, and nothing but its fields."""
    bases: tuple[type, ...] = cls.__mro__
    if issubclass(cls, msgspec.Struct):
        config = cls.__struct_config__
        renamed = cls.__struct_encode_fields__ != cls.__struct_fields__
        return not (config.tag is not None or config.array_like or config.dict or renamed)
    if not dataclasses.is_dataclass(cls) or hasattr(cls, "__post_init__"):
        return False
    names = {field.name for field in dataclasses.fields(cls)}
    slots = {slot for base in bases for slot in _slots(base)} - {"__dict__", "__weakref__"}
    own_pickling = [
        name
        for base in bases[:-1]
        for name in (
            "__getstate__",
            "__setstate__",
            "__reduce__",
            "__reduce_ex__",
            "__getnewargs__",
            "__getnewargs_ex__",
        )
        if name in vars(base) and vars(base)[name].__module__ != "dataclasses"
    ]
    return slots <= names and not own_pickling and all(field.init for field in dataclasses.fields(cls))


def _slots(cls: type) -> tuple[str, ...]:
    slots = vars(cls).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _few(names: list[str], value: Any) -> tuple[Any, ...]:
    return tuple(getattr(value, name) for name in names)


def _record(cls: Any, known: dict[Any, _Plan]) -> _Plan:
    # A type may contain itself: the plan is known before its fields are.
    plans: dict[str, _Plan] = {}
    nested: list[tuple[int, Check]] = []
    shapes: set[tuple[type, ...]] = set()  # types of fields that were looked at before, and found good
    names = list(_fields(cls))
    get: Callable[[Any], tuple[Any, ...]] = attrgetter(*names) if len(names) > 1 else partial(_few, names)
    count = len(names)
    has_dict = bool(cls.__dictoffset__)

    def inside(value: Any) -> bool:
        if has_dict and len(value.__dict__) != count:
            return False
        fields = get(value)
        shape = tuple(map(type, fields))
        if shape not in shapes:
            if not all(kind in plan.types for kind, plan in zip(shape, plans.values(), strict=True)):
                return False
            shapes.add(shape)
        return all(check(fields[index]) for index, check in nested)

    def build(value: Any) -> Any:
        made = {
            name: part if plans[name].build is None else plans[name].build(part)  # type: ignore[misc]
            for name, part in value.items()
        }
        if issubclass(cls, msgspec.Struct):
            return cls(**made)
        record = object.__new__(cls)  # as pickle does it, and msgspec: without __init__
        for name, part in made.items():
            object.__setattr__(record, name, part)
        return record

    plan = known[cls] = _Plan(frozenset({cls}), inside, build)
    for index, (name, annotation) in enumerate(_fields(cls).items()):
        plans[name] = part = _plan(annotation, known)
        if part.inside is not None:
            nested.append((index, part.inside))
    return plan
