"""The builtins of a space: import, print, and no addresses."""

import abc
import builtins
import io
import types
import typing
import weakref
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim._instrument import TICK

if TYPE_CHECKING:
    from raftkit.sim._space import Space

_PLAIN_METACLASSES = (type, abc.ABCMeta, type(typing.Protocol))


class Stream(io.TextIOBase):
    """``sys.stdout`` and ``sys.stderr`` inside a space."""

    encoding = "utf-8"
    errors = "strict"

    def __init__(self, write: Callable[[str, bool], None], is_error: bool) -> None:
        self._write = write
        self._is_error = is_error

    def write(self, text: str) -> int:
        """Hand text on."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        self._write(text, self._is_error)
        return len(text)

    def writable(self) -> bool:
        """Always."""
        return True


def make_builtins(space: "Space") -> ModuleType:
    """The space's ``builtins``."""
    kernel = space.kernel
    module = ModuleType("builtins", builtins.__doc__)
    serials: dict[int, tuple[int, Any]] = {}

    def tick() -> None:
        kernel.ticks -= 1
        if kernel.ticks <= 0:
            kernel.out_of_ticks()

    def print_(
        _: "Space",
        *values: Any,
        sep: str | None = " ",
        end: str | None = "\n",
        file: Any = None,
        flush: bool = False,
    ) -> None:
        if file is None:
            file = getattr(space.modules.get("sys"), "stdout", space.stdout)
        text = io.StringIO()
        print(*values, sep=sep, end=end, file=text)
        file.write(text.getvalue())
        if flush:
            file.flush()

    def input_(_: "Space", prompt: object = "", /) -> str:
        raise EOFError("an implementation has no standard input")

    def breakpoint_(_: "Space", /, *args: Any, **kwargs: Any) -> None:
        if space.on_breakpoint is not None:
            space.on_breakpoint()

    def id_(_: object, value: Any, /) -> int:
        key = id(value)
        known = serials.get(key)
        if known is None:
            keeper: Any
            try:
                keeper = weakref.ref(value, lambda _: serials.pop(key, None) and None)
            except TypeError:
                keeper = value  # its address must not be used again
            known = serials[key] = (kernel.serial(), keeper)
        return known[0]

    class Plain:
        """The last base of classes whose objects would be hashed by their address.

        It has no slot of its own, so that it may stand beside any other base.
        """

        __slots__ = ()

        def __hash__(self) -> int:
            return id_(None, self)

    Plain.__name__ = Plain.__qualname__ = "object"
    Plain.__module__ = "builtins"
    build = builtins.__build_class__

    def build_class(body: Any, name: str, /, *bases: Any, **keywords: Any) -> Any:
        if keywords.get("metaclass", type) in _PLAIN_METACLASSES and _hash_by_address(bases):
            bases = (*(base for base in bases if base is not object), Plain)
        return build(body, name, *bases, **keywords)

    module.__dict__.update(vars(builtins))
    for name, function in (("print", print_), ("id", id_), ("input", input_), ("breakpoint", breakpoint_)):
        function.__name__ = function.__qualname__ = name
        # As a bound method, it may be a class attribute, as a function in C may.
        setattr(module, name, types.MethodType(function, space))
    module.__dict__.update({"__import__": space.import_, "__build_class__": build_class, TICK: tick})
    return module


def _hash_by_address(bases: tuple[Any, ...]) -> bool:
    """Whether a class with these bases, and no ``__hash__`` of its own, takes ``object``'s."""
    for base in types.resolve_bases(bases):
        if type(base) not in _PLAIN_METACLASSES or base is typing.Protocol:
            return False
        if base.__hash__ is not object.__hash__ or issubclass(base, BaseException | type):
            return False
    return True
