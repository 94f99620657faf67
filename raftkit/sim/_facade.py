"""Many servers' modules under one name in ``sys.modules``.

``pickle`` finds classes, and ``dataclasses``, ``typing`` and ``msgspec`` find annotations, by way of
``sys.modules``, which the whole process shares; and each server has a module ``raft`` of its own. So
``sys.modules`` holds a facade, and whoever asks decides which module is meant: the server whose thread
is running. That holds also when a thread waits in the middle of an import or of a ``__getstate__``.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, WeakValueDictionary

from raftkit.sim._kernel import Kernel

if TYPE_CHECKING:
    from raftkit.sim._space import Space

_spaces: "WeakKeyDictionary[Kernel, WeakValueDictionary[Any, Space]]" = WeakKeyDictionary()
_entered: "list[Space]" = []


def register(space: "Space") -> None:
    """Let a space be found by the tasks of its group."""
    _spaces.setdefault(space.kernel, WeakValueDictionary())[space.group] = space


def unregister(space: "Space") -> None:
    """Forget a space, unless another has taken its place."""
    spaces = _spaces.get(space.kernel)
    if spaces is not None and spaces.get(space.group) is space:
        del spaces[space.group]


@contextmanager
def entered(space: "Space") -> Iterator[None]:
    """Make a space the present one where no task runs; nothing inside can wait."""
    _entered.append(space)
    try:
        yield
    finally:
        _entered.pop()


def present() -> "Space | None":
    """The space whose code is running."""
    if _entered:
        return _entered[-1]
    for kernel, spaces in _spaces.items():
        if kernel.current is not None:
            return spaces.get(kernel.current.group)
    return None


class Facade(ModuleType):
    """What ``sys.modules`` holds: answers as the present space's module of that name does."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        ModuleType.__delattr__(self, "__doc__")
        ModuleType.__setattr__(self, "_raftkit_real", sys.modules.get(name))
        ModuleType.__setattr__(self, "_raftkit_users", 0)

    def __getattr__(self, name: str) -> Any:
        return getattr(_meant(self), name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(_meant(self), name, value)

    def __delattr__(self, name: str) -> None:
        delattr(_meant(self), name)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        return _meant(self).__dict__


def _meant(facade: Facade) -> ModuleType:
    name = facade.__name__
    space = present()
    module = space.find_own(name) if space is not None else None
    if module is None:
        module = facade._raftkit_real
    if module is None:
        raise AttributeError(f"module {name!r} belongs to an implementation, and none is running")
    return module


def install(name: str) -> None:
    """Put a facade under a name, or count one more space that uses it."""
    facade = sys.modules.get(name)
    if not isinstance(facade, Facade):
        facade = sys.modules[name] = Facade(name)
    ModuleType.__setattr__(facade, "_raftkit_users", facade._raftkit_users + 1)


def release(name: str) -> None:
    """One space less uses a name; after the last one ``sys.modules`` is what it was."""
    facade = sys.modules.get(name)
    if not isinstance(facade, Facade):
        return
    ModuleType.__setattr__(facade, "_raftkit_users", facade._raftkit_users - 1)
    if facade._raftkit_users > 0:
        return
    real = facade._raftkit_real
    if real is None:
        del sys.modules[name]
    else:
        sys.modules[name] = real
