"""What the attributes of a class are, as far as the shadow is concerned: data, methods, or of no interest."""

from collections import deque
from collections.abc import Callable
from types import MemberDescriptorType
from typing import Any

SKIP, DATA, LOOKS, CHANGES = range(4)
"""What an attribute is: of no interest, data, or a method that looks into its container or changes it."""

_CHANGING: dict[type, frozenset[str]] = {
    list: frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"}),
    dict: frozenset({"clear", "pop", "popitem", "setdefault", "update"}),
    set: frozenset({
        "add", "clear", "difference_update", "discard", "intersection_update", "pop", "remove",
        "symmetric_difference_update", "update",
    }),
    deque: frozenset({
        "append", "appendleft", "clear", "extend", "extendleft", "insert", "pop", "popleft", "remove", "reverse",
        "rotate",
    }),
    bytearray: frozenset({"append", "clear", "extend", "insert", "pop", "remove", "reverse"}),
}  # fmt: skip


class Kinds(dict[str, int]):
    """What the attributes of one class are, as they come up."""

    def __init__(self, cls: type, is_own: bool) -> None:
        super().__init__()
        self._cls = cls
        self.is_own = is_own
        base = next((base for base in _CHANGING if issubclass(cls, base)), None)
        self.is_container = base is not None and (is_own or base is cls or cls.__module__ == "collections")
        self.has_parts = is_own or self.is_container or cls is tuple
        self._changing = _CHANGING[base] if base is not None and self.is_container else None

    def names(self, obj: Any) -> list[str]:
        """The attributes that an object of the class has, if that is the implementation's."""
        if not self.is_own:
            return []
        slots = [
            name
            for cls in self._cls.__mro__
            for name, value in vars(cls).items()
            if type(value) is MemberDescriptorType
        ]
        return [*slots, *getattr(obj, "__dict__", ())]

    def __missing__(self, name: str) -> int:
        kind = self[name] = self._kind(name)
        return kind

    def _kind(self, name: str) -> int:
        for cls in self._cls.__mro__:
            if name in vars(cls):
                value = vars(cls)[name]
                if self._changing is not None and cls in _CHANGING:
                    return CHANGES if name in self._changing else LOOKS
                is_slot = type(value) is MemberDescriptorType
                return DATA if self.is_own and (is_slot or not hasattr(value, "__get__")) else SKIP
        return DATA if self.is_own else SKIP


class Classes(dict[type, Kinds]):
    """The kinds of each class, as they come up; ``is_own`` says which classes are the implementation's."""

    def __init__(self, is_own: Callable[[type], bool]) -> None:
        super().__init__()
        self._is_own = is_own

    def __missing__(self, cls: type) -> Kinds:
        kinds = self[cls] = Kinds(cls, self._is_own(cls))
        return kinds
