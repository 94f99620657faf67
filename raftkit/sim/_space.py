"""A space: one server's private Python.

The implementation's modules, and the pure-Python parts of the standard library that touch threads,
time or chance, are executed afresh in each space, with an ``__import__`` and builtins of its own.
Nothing outside sees the stand-ins, and no two servers share a module.
"""

import builtins
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any

from raftkit.sim._instrument import TICK, Mode, compile_source
from raftkit.sim._kernel import Kernel
from raftkit.sim._standins import STANDINS

PRIVATE = frozenset({
    "_threading_local", "concurrent", "concurrent.futures", "concurrent.futures._base",
    "concurrent.futures.thread", "logging", "queue", "sched",
})  # fmt: skip
"""Standard library modules that run from their own source over our lower layer."""

REFUSED = frozenset({
    "_socket", "asyncio", "concurrent.futures.process", "ctypes", "eventlet", "fcntl", "gevent", "http", "mmap",
    "multiprocessing", "requests", "select", "selectors", "signal", "socket", "socketserver", "ssl", "subprocess", "trio",
    "urllib.request", "xmlrpc",
})  # fmt: skip
"""Modules that reach past the harness: what they do could not be repeated from a seed."""


class Refused(ImportError):
    """The implementation asked for something that cannot be made repeatable."""


class Space:
    """The Python that one server sees.

    Args:
        kernel: Whose time and tasks it lives in.
        locks: What ``make_locks`` made for that kernel.
        random: This server's own stream.
        group: The kernel group of its threads.
        root: Folder whose modules and packages it may import, or None.
        overlay: Further modules by name, made on first import.
        on_print: Takes what is printed: ``(text, is_error)``.
        on_thread_error: Takes an exception that ends a thread, with the thread's name.
        mode: How its code is instrumented.
    """

    def __init__(
        self,
        kernel: Kernel,
        locks: SimpleNamespace,
        random: Random,
        *,
        group: object = None,
        root: Path | None = None,
        overlay: Mapping[str, Callable[["Space"], ModuleType]] | None = None,
        on_print: Callable[[str, bool], None],
        on_thread_error: Callable[[str, BaseException], None],
        mode: Mode = Mode.BUDGET,
    ) -> None:
        self.kernel = kernel
        self.locks = locks
        self.random = random
        self.group = group
        self.root = root
        self.on_print = on_print
        self.on_thread_error = on_thread_error
        self.mode = mode
        self.modules: dict[str, ModuleType] = {}
        self.own: dict[str, ModuleType] = {}
        self.installed = _Installed(self.own)
        self._overlay = overlay or {}
        self.builtins = _make_builtins(self)

    def load(self, path: Path, name: str) -> ModuleType:
        """Execute a file as module ``name``; the implementation's own exceptions pass through."""
        return self._execute(name, path.read_bytes(), path, package=None, own=True)

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """``importlib.import_module`` as this space sees it."""
        level = len(name) - len(name.lstrip("."))
        if level:
            name = _absolute(name[level:], package or "", level)
        module = self._find(name)
        if module is None:
            return importlib.import_module(name)
        return module

    # -- inside --------------------------------------------------------------

    def import_(
        self,
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Any = (),
        level: int = 0,
    ) -> Any:
        """The space's ``__import__``."""
        if level:
            name = _absolute(name, _package_of(globals), level)
        module = self._find(name)
        if module is None:
            return builtins.__import__(name, globals, locals, fromlist, 0)
        if not fromlist:
            return self.modules[name.partition(".")[0]] if not level else module
        for item in fromlist:
            if hasattr(module, "__path__") and item != "*" and not hasattr(module, item):
                self._find(f"{name}.{item}")
        return module

    def _find(self, name: str) -> ModuleType | None:
        """The space's module of that name, loaded with its parents; None for one that all may share."""
        module = self.modules.get(name)
        if module is not None:
            return module
        parent_name, _, tail = name.rpartition(".")
        parent = self._find(parent_name) if parent_name else None
        if name in self.modules:  # importing the parent has brought it along
            return self.modules[name]
        module = self._make(name, parent, tail)
        if module is not None and parent is not None:
            setattr(parent, tail, module)
        return module

    def _make(self, name: str, parent: ModuleType | None, tail: str) -> ModuleType | None:
        if name in self._overlay:
            return self._keep(name, self._overlay[name](self))
        if parent is None:
            folder = self.root
        else:
            folder = (
                Path(parent.__path__[0])
                if parent.__name__ in self.own and hasattr(parent, "__path__")
                else None
            )
        found = _file_of(folder, tail)
        if found is not None:
            path, is_package = found
            return self._execute(name, path.read_bytes(), path, package=is_package, own=True)
        if name in STANDINS:
            return self._keep(name, STANDINS[name](self))
        if name in PRIVATE:
            spec = importlib.util.find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            path = Path(spec.origin)
            package = spec.submodule_search_locations is not None
            return self._execute(name, path.read_bytes(), path, package=package, own=False)
        if name in REFUSED or name.partition(".")[0] == "raftkit":
            raise Refused(_refusal(name), name=name)
        return None

    def _keep(self, name: str, module: ModuleType) -> ModuleType:
        self.modules[name] = module
        return module

    def _execute(
        self, name: str, source: bytes, path: Path, *, package: bool | None, own: bool
    ) -> ModuleType:
        code = compile_source(source, str(path), self.mode if own else Mode.OFF)
        module = ModuleType(name)
        spec = importlib.util.spec_from_file_location(
            name, path, submodule_search_locations=[str(path.parent)] if package else None
        )
        module.__spec__ = spec
        module.__file__ = str(path)
        module.__package__ = name if package else name.rpartition(".")[0]
        if package:
            module.__path__ = [str(path.parent)]
        module.__dict__["__builtins__"] = self.builtins
        self.modules[name] = module
        if own:
            self.own[name] = module
        try:
            with self.installed:
                exec(code, module.__dict__)
        except BaseException:
            self.modules.pop(name, None)
            self.own.pop(name, None)
            raise
        return module


class _Installed:
    """``with space.installed:`` makes the space's own modules the ones that ``sys.modules`` knows.

    ``pickle`` finds classes, and ``dataclasses`` and ``typing`` find annotations, by way of
    ``sys.modules``; all servers' modules have the same names there.
    """

    def __init__(self, own: dict[str, ModuleType]) -> None:
        self._own = own
        self._before: list[dict[str, ModuleType | None]] = []

    def __enter__(self) -> None:
        known = sys.modules
        self._before.append({name: known.get(name) for name in self._own})
        known.update(self._own)

    def __exit__(self, *_: object) -> None:
        before = self._before.pop()
        for name in self._own:
            old = before.get(name)
            if old is None:
                sys.modules.pop(name, None)
            else:
                sys.modules[name] = old


def _refusal(name: str) -> str:
    if name.partition(".")[0] == "raftkit":
        return f"an implementation may import raftkit.contract, and not {name}"
    if name == "asyncio":
        return "asyncio is not supported yet: write it with threads"
    return (
        f"{name} reaches past the simulated world, so that a run could not be repeated from its seed: "
        "servers talk through peers, and keep state through their persister"
    )


def _absolute(name: str, package: str, level: int) -> str:
    base = package
    for _ in range(level - 1):
        base = base.rpartition(".")[0]
    if not base:
        raise ImportError("attempted relative import with no known parent package")
    return f"{base}.{name}" if name else base


def _package_of(globals: Mapping[str, Any] | None) -> str:
    if not globals:
        return ""
    package = globals.get("__package__")
    if package is not None:
        return str(package)
    name = str(globals.get("__name__", ""))
    return name if "__path__" in globals else name.rpartition(".")[0]


def _file_of(folder: Path | None, name: str) -> tuple[Path, bool] | None:
    if folder is None:
        return None
    package = folder / name / "__init__.py"
    if package.is_file():
        return package, True
    module = folder / f"{name}.py"
    return (module, False) if module.is_file() else None


def _make_builtins(space: Space) -> dict[str, Any]:
    kernel = space.kernel
    names = dict(vars(builtins))
    serials: dict[int, tuple[int, Any]] = {}

    def tick() -> None:
        kernel.ticks -= 1
        if kernel.ticks <= 0:
            kernel.out_of_ticks()

    def print_(
        *values: Any, sep: str | None = " ", end: str | None = "\n", file: Any = None, flush: bool = False
    ) -> None:
        if file is None:
            text = (" " if sep is None else sep).join(map(str, values)) + ("\n" if end is None else end)
            space.on_print(text, False)
        else:
            print(*values, sep=sep, end=end, file=file, flush=flush)

    def id_(value: Any) -> int:
        known = serials.get(id(value))
        if known is None:
            known = serials[id(value)] = (kernel.serial(), value)
        return known[0]

    def input_(prompt: object = "") -> str:
        raise EOFError("an implementation has no standard input")

    class Plain:
        """The base of classes that name none: hashed by a serial number, never by an address."""

        __slots__ = ("_raftkit_serial",)
        _raftkit_serial: int

        def __hash__(self) -> int:
            try:
                return self._raftkit_serial
            except AttributeError:
                self._raftkit_serial = serial = kernel.serial()
                return serial

    Plain.__name__ = Plain.__qualname__ = "object"
    build = builtins.__build_class__

    def build_class(body: Any, name: str, *bases: Any, **keywords: Any) -> Any:
        if not bases and "metaclass" not in keywords:
            bases = (Plain,)
        return build(body, name, *bases, **keywords)

    names.update(
        {
            "__import__": space.import_,
            "__build_class__": build_class,
            "print": print_,
            "id": id_,
            "input": input_,
            TICK: tick,
        }
    )
    return names
