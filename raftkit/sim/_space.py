"""A space: one server's private Python.

The implementation's modules, and the pure-Python parts of the standard library that touch threads,
time or chance, are executed afresh in each space, with an ``__import__`` and builtins of its own.
Nothing outside sees the stand-ins, and no two servers share a module.
"""

import builtins
import importlib.util
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from random import Random
from types import ModuleType, SimpleNamespace
from typing import Any

from raftkit.model import Instrumentation
from raftkit.sim import _facade
from raftkit.sim._builtins import Stream, make_builtins
from raftkit.sim._instrument import compile_source
from raftkit.sim._kernel import Kernel
from raftkit.sim._standins import STANDINS, Hollow, Proxy, Refused

PRIVATE = frozenset({
    "_threading_local", "concurrent", "concurrent.futures", "concurrent.futures._base",
    "concurrent.futures.thread", "logging", "logging.config", "logging.handlers", "queue", "sched", "secrets",
})  # fmt: skip
"""Standard library modules that run from their own source over our lower layer."""

REFUSED = frozenset({
    "_posixsubprocess", "_socket", "concurrent.futures.process", "ctypes", "eventlet", "fcntl", "gevent",
    "http", "mmap", "multiprocessing", "pty", "requests", "select", "selectors", "signal", "socket", "socketserver",
    "ssl", "subprocess", "trio", "urllib.request", "xmlrpc",
})  # fmt: skip
"""Modules that reach past the harness: what they do could not be repeated from a seed."""


_BEFORE_ALL_OTHERS = frozenset(sys.builtin_module_names) | {
    "_collections_abc", "_sitebuiltins", "abc", "codecs", "encodings", "genericpath", "io", "os", "posixpath", "site",
    "stat",
}  # fmt: skip
"""What Python has, or has imported, before it looks into a program's folder: no file there can hide it."""


class Space:
    """The Python that one server sees.

    Args:
        kernel: Whose time and tasks it lives in.
        locks: What ``make_locks`` made for that kernel.
        random: This server's own stream.
        group: The kernel group of its threads.
        roots: Folders whose modules and packages it may import.
        overlay: Further modules by name, made on first import.
        on_print: Takes what is printed: ``(text, is_error)``.
        on_thread_error: Takes an exception that ends a thread, with the thread's name.
        on_breakpoint: What ``breakpoint()`` does; nothing by default.
        on_task_error: Takes one that nobody awaits in an event loop, with words for where; as the former.
        instrument: How its code is instrumented.
    """

    def __init__(
        self,
        kernel: Kernel,
        locks: SimpleNamespace,
        random: Random,
        *,
        group: object = None,
        roots: Sequence[Path] = (),
        overlay: Mapping[str, Callable[["Space"], ModuleType]] | None = None,
        on_print: Callable[[str, bool], None],
        on_thread_error: Callable[[str, BaseException], None],
        on_task_error: Callable[[str, BaseException], None] | None = None,
        on_breakpoint: Callable[[], None] | None = None,
        instrument: Instrumentation = Instrumentation.BUDGET,
    ) -> None:
        self.kernel = kernel
        self.locks = locks
        self.random = random
        self.group = group
        self.wall_ahead_ns = 0
        """How far the clock on the wall is ahead of the monotonic one, counted from the simulation's epoch."""
        self.on_thread_error = on_thread_error
        self.on_breakpoint = on_breakpoint
        self.on_task_error = on_task_error or on_thread_error
        self.clocks: Any = None
        """Who follows what happens before what, where threads are watched."""
        self.on_thread_exit: Callable[[str, SystemExit], None] = lambda name, error: None
        self.instrument = instrument
        self.stdout = Stream(on_print, False)
        self.stderr = Stream(on_print, True)
        self.modules: dict[str, ModuleType] = {}
        self.path = [*map(str, roots), *sys.path]
        self._shared_path = frozenset(sys.path).difference(map(str, roots))
        self._own: dict[str, ModuleType] = {}
        self._overlay = overlay or {}
        builtins_module = make_builtins(self)
        self.modules["builtins"] = builtins_module
        self.builtins = builtins_module.__dict__
        _facade.register(self)

    def load(self, path: Path, name: str) -> ModuleType:
        """Execute a file as module ``name``; the implementation's own exceptions pass through.

        With a dotted name the packages above it are loaded first, from one of the roots.
        """
        with self.present():
            if "." in name:
                module = self._find(name)
                if module is not None and module.__file__ == str(path):
                    return module
            return self._execute(name, path, package=False, own=True)

    def import_module(self, name: str, package: str | None = None) -> ModuleType:
        """``importlib.import_module`` as this space sees it."""
        level = len(name) - len(name.lstrip("."))
        if level:
            name = _absolute(name[level:], package or "", level)
        return self._find(name) or importlib.import_module(name)

    def present(self) -> AbstractContextManager[None]:
        """Let ``sys.modules`` mean this space's modules, also where none of its threads is running."""
        return nullcontext() if self.kernel.current is not None else _facade.entered(self)

    def find_own(self, name: str) -> ModuleType | None:
        """The implementation's module of that name."""
        module = self._own.get(name)
        if module is None and self._find(name) is not None:
            module = self._own.get(name)
        return module

    def own_modules(self) -> list[ModuleType]:
        """The implementation's modules that it has loaded."""
        return list(self._own.values())

    def owns(self, cls: type) -> bool:
        """Whether a class is of the implementation's own making."""
        return getattr(cls, "__module__", None) in self._own

    def close(self) -> None:
        """Forget its modules; nothing of it may run any more."""
        _facade.unregister(self)
        for name in self._own:
            _facade.release(name)
        self._own.clear()
        self.modules.clear()

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
        try:
            module = self._find(name)
        except Refused:
            if globals is not None and str(globals.get("__name__")).startswith("logging."):
                return Hollow(name)  # logging.handlers can send; here nobody lets it
            raise
        if module is None:
            module = builtins.__import__(name, None, None, fromlist, 0)
            return module if fromlist else self.modules.get(name.partition(".")[0], module)
        if not fromlist:
            return self.modules[name.partition(".")[0]]
        if hasattr(module, "__path__"):
            if "*" in fromlist:
                fromlist = getattr(module, "__all__", ())
            for item in fromlist:
                if not hasattr(module, item):
                    self._bring(module, f"{name}.{item}")
        return module

    def _bring(self, parent: ModuleType, name: str) -> None:
        """Load a submodule that ``from parent import ...`` may mean."""
        if self._find(name) is None and isinstance(parent, Proxy):
            try:
                importlib.import_module(name)
            except ModuleNotFoundError:
                return  # Python says it better: cannot import name

    def _find(self, name: str) -> ModuleType | None:
        """The space's module of that name, loaded with its parents; None for one that all may share."""
        module = self.modules.get(name)
        if module is not None:
            return module
        parent_name, _, tail = name.rpartition(".")
        parent = self._find(parent_name) if parent_name else None
        if name in self.modules:  # importing the parent has brought it along
            return self.modules[name]
        if name in REFUSED and parent_name and parent is None:
            raise Refused(_refusal(name), name=name)
        if parent_name and parent is None:
            return None  # a part of what is shared is shared
        module = self._make(name, parent, tail)
        if module is not None and parent is not None:
            setattr(parent, tail, module)
        return module

    def _make(self, name: str, parent: ModuleType | None, tail: str) -> ModuleType | None:
        if name in self._overlay:
            return self._keep(name, self._overlay[name](self))
        folders = self._folders(name, parent)
        for folder in folders:
            for path, is_package in ((folder / tail / "__init__.py", True), (folder / f"{tail}.py", False)):
                if path.is_file():
                    return self._execute(name, path, package=is_package, own=True)
        if name in STANDINS:
            return self._keep(name, STANDINS[name](self))
        if name in PRIVATE:
            spec = importlib.util.find_spec(name)
            assert spec is not None
            assert spec.origin is not None
            package = spec.submodule_search_locations is not None
            return self._execute(name, Path(spec.origin), package=package, own=False)
        if name in REFUSED or name.partition(".")[0] == "raftkit":
            raise Refused(_refusal(name), name=name)
        places = [folder / tail for folder in folders if (folder / tail).is_dir()]
        if places and (parent is not None or not _exists(name)):
            return self._namespace(name, places)
        return None

    def _folders(self, name: str, parent: ModuleType | None) -> list[Path]:
        """Where the implementation's own module of that name may be."""
        if parent is not None:
            return (
                [Path(place) for place in parent.__path__] if parent.__name__ in self._own_packages() else []
            )
        if name in _BEFORE_ALL_OTHERS:
            return []
        return [Path(place) for place in self.path if place not in self._shared_path]

    def _own_packages(self) -> list[str]:
        return [name for name, module in self._own.items() if hasattr(module, "__path__")]

    def _keep(self, name: str, module: ModuleType) -> ModuleType:
        self.modules[name] = module
        return module

    def _namespace(self, name: str, places: list[Path]) -> ModuleType:
        """A package without ``__init__.py``."""
        module = ModuleType(name)
        module.__package__ = name
        module.__path__ = [str(place) for place in places]
        self._own[name] = module
        _facade.install(name)
        return self._keep(name, module)

    def _execute(self, name: str, path: Path, *, package: bool, own: bool) -> ModuleType:
        code = compile_source(path.read_bytes(), str(path), self.instrument if own else Instrumentation.OFF)
        module = ModuleType(name)
        places = [str(path.parent)] if package else None
        module.__spec__ = importlib.util.spec_from_file_location(
            name, path, submodule_search_locations=places
        )
        module.__file__ = str(path)
        module.__package__ = name if package else name.rpartition(".")[0]
        if places is not None:
            module.__path__ = places
        module.__dict__["__builtins__"] = self.builtins
        self.modules[name] = module
        if own:
            self._own[name] = module
            _facade.install(name)
        try:
            exec(code, module.__dict__)
        except BaseException:
            self.modules.pop(name, None)
            if self._own.pop(name, None) is not None:
                _facade.release(name)
            raise
        return module


def _refusal(name: str) -> str:
    if name.partition(".")[0] == "raftkit":
        return f"an implementation may import raftkit.contract, and not {name}"
    return (
        f"{name} reaches past the simulated world, so that a run could not be repeated from its seed: "
        "servers talk through peers, and keep state through their persister"
    )


def _exists(name: str) -> bool:
    """Whether Python itself finds a module of that name that all may share."""
    try:
        spec = importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return False
    return spec is not None and spec.origin is not None


def _absolute(name: str, package: str, level: int) -> str:
    if not package:
        raise ImportError("attempted relative import with no known parent package")
    base = package
    for _ in range(level - 1):
        base = base.rpartition(".")[0]
    if not base:
        raise ImportError("attempted relative import beyond top-level package")
    return f"{base}.{name}" if name else base


def _package_of(globals: Mapping[str, Any] | None) -> str:
    if not globals:
        return ""
    package = globals.get("__package__")
    if package is not None:
        return str(package)
    name = str(globals.get("__name__", ""))
    return name if "__path__" in globals else name.rpartition(".")[0]
