"""``threading`` and ``_thread`` in virtual time.

The classes that every implementation uses all the time (``Thread`` and the locks) are our own, over
the kernel. The others (``Semaphore``, ``Barrier``, ``Timer``, ``local``) are the standard library's own
source, executed over them.
"""

import ast
import threading as real_threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from types import CodeType, ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim._kernel import Task, TaskKilled
from raftkit.sim._locks import TIMEOUT_MAX, timeout_ns

if TYPE_CHECKING:
    from raftkit.sim._space import Space

_FROM_SOURCE = ("Semaphore", "BoundedSemaphore", "Timer", "Barrier", "BrokenBarrierError")


@cache
def _stdlib_classes() -> CodeType:
    """The classes that run from ``threading.py``'s own text."""
    path = Path(str(real_threading.__file__))
    tree = ast.parse(path.read_bytes(), str(path))
    tree.body = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name in _FROM_SOURCE]
    return compile(tree, str(path), "exec", dont_inherit=True)


class ExceptHookArgs:
    """What ``threading.excepthook`` is called with."""

    def __init__(self, args: Iterable[Any]) -> None:
        self.exc_type, self.exc_value, self.exc_traceback, self.thread = args


class _EndOfProgram:
    def __str__(self) -> str:
        return "the end of the program"


_END_OF_PROGRAM = _EndOfProgram()


def make_threading(space: "Space") -> ModuleType:
    """The space's ``threading``."""
    kernel = space.kernel
    module = ModuleType("threading")
    names = module.__dict__
    live: dict[Task, Any] = {}
    numbers = iter(range(1, 1 << 62))

    class Thread:
        _initialized = False

        def __init__(
            self,
            group: None = None,
            target: Callable[..., Any] | None = None,
            name: str | None = None,
            args: Iterable[Any] = (),
            kwargs: Mapping[str, Any] | None = None,
            *,
            daemon: bool | None = None,
        ) -> None:
            if group is not None:
                raise AssertionError("group argument must be None for now")
            if name is None:
                name = f"Thread-{next(numbers)}"
                if target is not None and hasattr(target, "__name__"):
                    name += f" ({target.__name__})"
            self._target = target
            self._name = str(name)
            self._args = args
            self._kwargs = {} if kwargs is None else kwargs
            self._daemonic = current_thread().daemon if daemon is None else daemon
            self._task: Task | None = None
            self._serial = kernel.serial()
            self._initialized = True

        def start(self) -> None:
            if not self._initialized:
                raise RuntimeError("thread.__init__() not called")
            if self._task is not None:
                raise RuntimeError("threads can only be started once")
            self._task = task = kernel.spawn(self._bootstrap, name=self._name, group=space.group)
            task.owner = self
            live[task] = self

        def _bootstrap(self) -> None:
            try:
                self.run()
            except (TaskKilled, KeyboardInterrupt):
                raise
            except SystemExit as error:  # in a thread it ends that, and Python says nothing
                space.on_thread_exit(self._name, error)
            except BaseException as error:
                names["excepthook"](ExceptHookArgs((type(error), error, error.__traceback__, self)))
            finally:
                if self._task is not None:
                    live.pop(self._task, None)

        def run(self) -> None:
            try:
                if self._target is not None:
                    self._target(*self._args, **self._kwargs)
            finally:
                del self._target, self._args, self._kwargs

        def join(self, timeout: float | None = None) -> None:
            if not self._initialized:
                raise RuntimeError("Thread.__init__() not called")
            if self._task is None:
                raise RuntimeError("cannot join thread before it is started")
            if self._task is kernel.current:
                raise RuntimeError("cannot join current thread")
            kernel.join(self._task, timeout_ns(timeout))

        def is_alive(self) -> bool:
            if self._task is None:
                return False
            return not (self._task.done and kernel.join(self._task))  # who sees it dead has seen all it did

        @property
        def name(self) -> str:
            return self._name

        @name.setter
        def name(self, value: object) -> None:
            self._name = str(value)
            if self._task is not None:
                self._task.name = self._name

        @property
        def ident(self) -> int | None:
            return None if self._task is None else self._task.id

        @property
        def native_id(self) -> int | None:
            return self.ident

        @property
        def daemon(self) -> bool:
            return self._daemonic

        @daemon.setter
        def daemon(self, value: bool) -> None:
            if self.is_alive():
                raise RuntimeError("cannot set daemon status of active thread")
            self._daemonic = value

        def isDaemon(self) -> bool:
            return self._daemonic

        def setDaemon(self, value: bool) -> None:
            self.daemon = value

        def getName(self) -> str:
            return self._name

        def setName(self, value: str) -> None:
            self.name = value

        def __hash__(self) -> int:
            return self._serial

        def __eq__(self, other: object) -> bool:
            return self is other

        def __repr__(self) -> str:
            status = "started" if self.is_alive() else "initial" if self._task is None else "stopped"
            daemon = " daemon" if self._daemonic else ""
            ident = "" if self.ident is None else f" {self.ident}"
            return f"<{type(self).__name__}({self._name}, {status}{daemon}{ident})>"

    class _DummyThread(Thread):
        """The thread of a handler, of ``start`` and the like: made by the harness, not by ``Thread``."""

        def __init__(self, task: Task) -> None:
            self._name = task.name
            self._daemonic = False
            self._task = task
            self._serial = task.id
            self._initialized = True

    class _MainThread(Thread):
        """The thread that constructs the server. In a program of its own it would live on: so it does here."""

        def __init__(self) -> None:
            super().__init__(name="MainThread", daemon=False)

        @property
        def ident(self) -> int:
            return self._serial

        def is_alive(self) -> bool:
            return True

        def start(self) -> None:
            raise RuntimeError("threads can only be started once")

        def join(self, timeout: float | None = None) -> None:
            if self is current_thread():
                raise RuntimeError("cannot join current thread")
            kernel.park(_END_OF_PROGRAM, timeout_ns(timeout))

    def current_thread() -> Any:
        task = kernel.current
        assert task is not None
        if task.owner is None:
            if main_thread._task is None:
                main_thread._task = task
                task.owner = main_thread
            else:
                task.owner = _DummyThread(task)
        return task.owner

    def excepthook(args: ExceptHookArgs, /) -> None:
        space.on_thread_error(args.thread.name, args.exc_value)

    def listing() -> list[Any]:
        threads = [main_thread, *live.values()]
        current = current_thread()
        return threads if current in threads else [*threads, current]

    names.update(vars(space.locks))
    main_thread = _MainThread()
    for cls in (Thread, _DummyThread, _MainThread):
        cls.__module__ = "threading"
        cls.__qualname__ = cls.__name__
    names.update(
        Thread=Thread,
        ThreadError=RuntimeError,
        ExceptHookArgs=ExceptHookArgs,
        TIMEOUT_MAX=TIMEOUT_MAX,
        current_thread=current_thread,
        currentThread=current_thread,
        main_thread=lambda: main_thread,
        excepthook=excepthook,
        __excepthook__=excepthook,
        enumerate=listing,
        active_count=lambda: len(listing()),
        activeCount=lambda: len(listing()),
        get_ident=lambda: kernel.current.id if kernel.current else 0,
        get_native_id=lambda: kernel.current.id if kernel.current else 0,
        stack_size=lambda size=0: 0,
        settrace=lambda fn: None,
        setprofile=lambda fn: None,
        gettrace=lambda: None,
        getprofile=lambda: None,
        settrace_all_threads=lambda fn: None,
        setprofile_all_threads=lambda fn: None,
        __all__=list(real_threading.__all__),
        _register_atexit=lambda *args, **kwargs: None,
        _shutdown=lambda: None,
        _deque=deque,
        _time=lambda: kernel.clock_ns(space.group) / 1e9,
        __builtins__=space.builtins,
    )
    exec(_stdlib_classes(), names)
    space.modules["threading"] = module  # _threading_local asks for it while it is executed
    names["local"] = space.import_module("_threading_local").local
    return module


def make_thread(space: "Space") -> ModuleType:
    """The space's ``_thread``, for code that goes one level down."""
    threading = space.import_module("threading")
    module = ModuleType("_thread")

    def start_new_thread(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Any = None) -> int:
        thread = threading.Thread(target=function, args=args, kwargs=kwargs)
        thread.start()
        return int(thread.ident)

    def exit_thread() -> None:
        raise SystemExit

    module.__dict__.update(
        start_new_thread=start_new_thread,
        start_new=start_new_thread,
        allocate_lock=space.locks.Lock,
        allocate=space.locks.Lock,
        LockType=space.locks.Lock,
        RLock=space.locks.RLock,
        get_ident=threading.get_ident,
        get_native_id=threading.get_native_id,
        exit=exit_thread,
        exit_thread=exit_thread,
        error=RuntimeError,
        stack_size=threading.stack_size,
        TIMEOUT_MAX=TIMEOUT_MAX,
    )
    return module
