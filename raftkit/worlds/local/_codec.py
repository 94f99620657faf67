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
from operator import attrgetter
from typing import Any

import msgspec

from raftkit.sim import Space

PICKLE_MARK = b"\x80\x05"
SCALARS = frozenset({int, str, float, bool, bytes, type(None)})
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

    ``check`` is None when nothing can get lost; ``build`` makes the value from plain data without
    looking at scalars, and is None for scalars themselves.
    """

    check: Check | None
    build: Build | None


class Codec:
    """Encodes and decodes values of one annotated type, within one space."""

    def __init__(self, annotation: Any, space: Space) -> None:
        self._space = space
        self._check: Check | None = None
        self._build: Build | None = None
        self._decoder: Any = None
        if annotation is not None:
            try:
                with space.present():
                    plan = _plan(annotation, {})
                    self._decoder = msgspec.msgpack.Decoder(annotation)
            except Exception:  # no plan: pickle it
                self._decoder = None
            else:
                self._check = plan.check
                self._build = plan.build

    def encode(self, value: Any, what: str) -> bytes:
        """Bytes of a value; ``what`` names it in errors.

        Raises:
            MarshalError: Part of it cannot be copied.
        """
        if self._decoder is not None and (self._check is None or self._check(value)):
            try:
                return _encode(value)
            except Exception:  # a number beyond 64 bits, a lone surrogate: pickle takes it
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
            return self._build(plain) if self._build is not None else plain


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
    if depth < 6:
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
        return _Plan(None, None)
    if annotation in (Any, object):
        return _Plan(lambda value: type(value) in SCALARS, None)
    origin = typing.get_origin(annotation)
    if origin is typing.Annotated:
        return _plan(typing.get_args(annotation)[0], known)
    if isinstance(annotation, typing.NewType):
        return _plan(annotation.__supertype__, known)
    if origin in (typing.Union, types.UnionType):
        return _optional(typing.get_args(annotation), known)
    if origin in (list, set, frozenset):
        return _collection(origin, typing.get_args(annotation)[0], known)
    if origin is dict:
        return _mapping(typing.get_args(annotation), known)
    if origin is tuple:
        return _tuple(typing.get_args(annotation), known)
    if isinstance(annotation, type):
        return _class(annotation, known)
    raise NotClosed(annotation)


def _optional(members: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    if all(member in SCALARS for member in members):
        return _Plan(None, None)
    others = [member for member in members if member is not type(None)]
    if len(others) != 1:
        raise NotClosed(members)
    plan = _plan(others[0], known)
    check, build = plan.check, plan.build
    return _Plan(
        None if check is None else lambda value: value is None or check(value),
        None if build is None else lambda value: None if value is None else build(value),
    )


def _collection(kind: type, item: Any, known: dict[Any, _Plan]) -> _Plan:
    plan = _plan(item, known)
    item_build = plan.build
    each = _each(item, plan)
    return _Plan(
        (lambda value: type(value) is kind)
        if each is None
        else lambda value: type(value) is kind and each(value),
        (lambda value: kind(value)) if item_build is None else lambda value: kind(map(item_build, value)),
    )


def _each(item: Any, plan: _Plan) -> Check | None:
    """A check over many values of one type; the common cases run at C speed."""
    if plan.check is None:
        return None
    if item in (Any, object):
        return lambda values: SCALARS.issuperset(map(type, values))
    names = _any_fields(item)
    if names is not None:  # a flat record: exact type, and scalars wherever anything is allowed
        exact = frozenset({item})
        getters = [attrgetter(name) for name in names]

        def check(values: Any) -> bool:
            if not exact.issuperset(map(type, values)):
                return False
            return all(SCALARS.issuperset(map(type, map(getter, values))) for getter in getters)

        return check
    one = plan.check
    return lambda values: all(map(one, values))


def _any_fields(item: Any) -> list[str] | None:
    """The names of a flat record's fields of any type; None when it is not a flat record."""
    if not isinstance(item, type) or not (dataclasses.is_dataclass(item) or issubclass(item, msgspec.Struct)):
        return None
    names = []
    for name, annotation in _fields(item).items():
        if annotation in (Any, object):
            names.append(name)
        elif annotation not in SCALARS and annotation is not None:
            return None
    return names


def _mapping(types_: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    key, item = types_
    if key not in (int, str):
        raise NotClosed(key)
    plan = _plan(item, known)
    each, item_build = _each(item, plan), plan.build
    return _Plan(
        (lambda value: type(value) is dict)
        if each is None
        else lambda value: type(value) is dict and each(value.values()),
        None if item_build is None else lambda value: {key: item_build(part) for key, part in value.items()},
    )


def _tuple(items: tuple[Any, ...], known: dict[Any, _Plan]) -> _Plan:
    if len(items) == 2 and items[1] is Ellipsis:
        return _collection(tuple, items[0], known)
    plans = [_plan(item, known) for item in items]

    def check(value: Any) -> bool:
        return type(value) is tuple and all(
            plan.check is None or plan.check(part) for plan, part in zip(plans, value, strict=False)
        )

    def build(value: Any) -> Any:
        return tuple(
            part if plan.build is None else plan.build(part) for plan, part in zip(plans, value, strict=False)
        )

    return _Plan(check, build)


def _fields(cls: Any) -> dict[str, Any]:
    hints = typing.get_type_hints(cls)
    if dataclasses.is_dataclass(cls):
        return {field.name: hints[field.name] for field in dataclasses.fields(cls)}
    return {name: hints[name] for name in cls.__struct_fields__}


def _class(cls: Any, known: dict[Any, _Plan]) -> _Plan:
    if cls in known:
        return known[cls]
    if issubclass(cls, enum.Enum):
        return _Plan(lambda value: type(value) is cls, cls)
    if issubclass(cls, msgspec.Struct):
        if cls.__struct_config__.tag is not None or cls.__struct_config__.array_like:
            raise NotClosed(cls)
    elif dataclasses.is_dataclass(cls):
        if hasattr(cls, "__post_init__") or any(not field.init for field in dataclasses.fields(cls)):
            raise NotClosed(cls)
    else:
        raise NotClosed(cls)
    # A type may contain itself: the plan is known before its fields are.
    checks: list[tuple[Callable[[Any], Any], Check]] = []
    builds: dict[str, Build] = {}

    def check(value: Any) -> bool:
        return type(value) is cls and all(fits(get(value)) for get, fits in checks)

    def build(value: Any) -> Any:
        return cls(**{name: builds[name](part) if name in builds else part for name, part in value.items()})

    plan = known[cls] = _Plan(check, build)
    for name, annotation in _fields(cls).items():
        part = _plan(annotation, known)
        if part.check is not None:
            checks.append((attrgetter(name), part.check))
        if part.build is not None:
            builds[name] = part.build
    return plan
