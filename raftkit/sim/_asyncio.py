"""``asyncio`` in virtual time.

The standard library's own asyncio runs; only its event loop is ours. Where a real loop would wait for
sockets, this one parks its task in the kernel, and its clock is the kernel's. Two more things are
different: tasks and futures are told apart by serial numbers, so that sets of them have the same order in
every process; and what reaches past the simulated world (sockets, pipes, subprocesses, signals) is refused.

An event loop belongs to the kernel task that runs it. As asyncio keeps *one* running loop for the real
thread, which all our tasks share, a loop steps back whenever its task parks.

This module imports asyncio, which takes a while, and is therefore itself imported only when an
implementation asks for asyncio.
"""

import asyncio
import contextvars
import math
import sys
import warnings
import weakref
from asyncio import coroutines, events, tasks
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim import _facade
from raftkit.sim._asyncio_locks import SimCondition, SimLock, Standing, standing_of
from raftkit.sim._guard import refuse
from raftkit.sim._kernel import KILL_PATIENCE, SECOND_NS, Task, TaskKilled, leave_behind
from raftkit.sim._standins import Proxy

if TYPE_CHECKING:
    from raftkit.sim._space import Space

UNNOTICED_SECONDS = 1.0
"""A task that an exception has ended is reported when nobody has asked for it for so long. (asyncio itself
reports it when the task is garbage, which a task that somebody keeps in a list never is.)"""
EXECUTOR_THREADS = 8
"""Threads of the default executor. asyncio would take as many as the machine has cores, and some."""


# -- futures and tasks ---------------------------------------------------------


class _Like(type):
    """``isinstance`` as with asyncio's own class: ours are what users see as ``asyncio.Future`` and ``Task``."""

    def __instancecheck__(cls, value: object) -> bool:
        return isinstance(value, _REAL[cls]) if cls in _REAL else super().__instancecheck__(value)

    def __subclasscheck__(cls, other: type) -> bool:
        return issubclass(other, _REAL[cls]) if cls in _REAL else super().__subclasscheck__(other)


class SimFuture(asyncio.Future[Any], metaclass=_Like):
    """A future with a serial number."""

    _serial: int

    def __init__(self, *, loop: Any = None) -> None:
        if loop is None:
            loop = asyncio.get_running_loop()
        self._serial = loop._kernel.serial()
        super().__init__(loop=loop)

    def __hash__(self) -> int:
        return self._serial


class SimTask(asyncio.Task[Any], metaclass=_Like):
    """A task with a serial number."""

    _serial: int

    def __init__(self, coro: Any, *, loop: Any = None, **options: Any) -> None:
        if loop is None:
            loop = asyncio.get_running_loop()
        self._serial = loop._kernel.serial()  # first: asyncio puts it into a set at once
        super().__init__(coro, loop=loop, **options)

    def __hash__(self) -> int:
        return self._serial


_REAL: dict[type, type] = {SimFuture: asyncio.Future, SimTask: asyncio.Task}
for _ours, _theirs in _REAL.items():  # as users see them in messages
    _ours.__name__ = _ours.__qualname__ = _theirs.__name__
    _ours.__module__ = "asyncio"


class _Gathering(tasks._GatheringFuture):  # type: ignore[name-defined,misc]
    """What ``gather`` returns, with a serial number."""

    def __hash__(self) -> int:
        return self._serial  # type: ignore[no-any-return]


# -- the event loop ------------------------------------------------------------


class _Waiting:
    """What the loop's task parks on."""

    def __str__(self) -> str:
        return "the next callback of its event loop"


class _Selector:
    """Stands where a loop waits for sockets: parks until a time-out, or until somebody wakes the loop."""

    def __init__(self, space: "Space") -> None:
        self._kernel = space.kernel
        self._clocks = space.clocks
        self.clock: Any = None
        self._waiting = _Waiting()
        self._woken = False
        self.task: Task | None = None

    def select(self, timeout: float | None) -> list[Any]:
        """Wait; there are never any events."""
        self._wait(timeout)
        if self._clocks is not None:
            self._clocks.take_up(self)
        return []

    def _wait(self, timeout: float | None) -> None:
        if self._woken or (timeout is not None and timeout <= 0):
            self._woken = False
            self._kernel.sleep(0)  # a loop that never waits still lets time pass
            return
        self.task = self._kernel.current
        try:
            self._kernel.park(self._waiting, None if timeout is None else math.ceil(timeout * SECOND_NS))
        finally:
            self.task = None
            self._woken = False

    def wake(self) -> None:
        """End the wait under way, or the next one."""
        if self._clocks is not None:
            self._clocks.leave(self)
        self._woken = True
        if self.task is not None:
            self._kernel.wake(self.task)


_BaseEventLoop: Any = asyncio.BaseEventLoop  # typeshed does not know what a subclass needs of it


class SimLoop(_BaseEventLoop):  # type: ignore[misc]
    """An event loop in a space."""

    _stopping: bool
    _thread_id: int | None
    _default_executor: Any

    def __init__(self, space: "Space") -> None:
        super().__init__()
        self._space = space
        self._kernel = space.kernel
        self._selector = _Selector(space)
        self._clock_resolution = 1 / SECOND_NS
        self._debug = False  # whatever the environment says
        self._live: dict[asyncio.Task[Any], None] = {}
        self.lock_waits: dict[asyncio.Task[Any], tuple[SimLock, int]] = {}
        """Tasks that take a lock, which, and since when."""
        self.asked: dict[asyncio.Task[Any], int] = {}
        """Live tasks that were started from outside, and when."""
        self._numbers = iter(range(1, 1 << 62))
        self._context = contextvars.Context()

    def __del__(self) -> None:
        pass  # a loop without descriptors may be dropped

    def time(self) -> float:
        """The server's clock, in seconds."""
        return self._kernel.clock_ns(self._space.group) / SECOND_NS

    @property
    def now_ns(self) -> int:
        """The virtual clock."""
        return self._kernel.now_ns

    def run_forever(self) -> None:
        """Run until ``stop``; when the server crashes, close what is left, in order of creation."""
        self._check_closed()
        self._check_running()
        task = self._kernel.current
        assert task is not None
        self._thread_id = task.id
        try:
            with self.entered():
                try:
                    while True:
                        self._run_once()
                        if self._stopping:
                            break
                except TaskKilled:
                    self.abandon()
                    raise
        finally:
            self._stopping = False
            self._thread_id = None

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Be the running loop of the present kernel task, whenever it is the one that runs."""
        task = self._kernel.current
        assert task is not None
        outer = events._get_running_loop()
        before = task.on_park

        def on_park(begins: bool) -> None:
            events._set_running_loop(outer if begins else self)
            if not begins and task.dying:  # asyncio takes TaskKilled for a coroutine's own, and would go on
                for handle in self._ready:
                    handle.cancel()

        task.on_park = on_park
        _hear_of_generators()
        events._set_running_loop(self)
        try:
            yield
        finally:
            task.on_park = before
            events._set_running_loop(outer)

    def create_future(self) -> SimFuture:
        """A future of this loop."""
        return SimFuture(loop=self)

    def create_task(
        self, coro: Any, *, name: object = None, context: contextvars.Context | None = None, **_: Any
    ) -> Any:
        """A task of this loop."""
        self._check_closed()
        if name is None:
            name = f"Task-{next(self._numbers)}"
        if self._task_factory is None:
            task: Any = SimTask(coro, loop=self, name=name, context=context)
        else:
            task = self._task_factory(self, coro, **({} if context is None else {"context": context}))
            tasks._set_task_name(task, name)  # type: ignore[attr-defined]
        self._live[task] = None
        task.add_done_callback(self._look_at_end, context=self._context)
        return task

    def begin(self, coro: Coroutine[Any, Any, Any], name: str) -> None:
        """Start a task from outside; whoever does so runs at no time when this loop runs."""
        task = self.create_task(coro, name=name, context=contextvars.Context())
        self.asked[task] = self.now_ns
        self._selector.wake()

    @property
    def is_idle(self) -> bool:
        """Whether it waits for its next callback."""
        return self._selector.task is not None

    def live_tasks(self) -> list[asyncio.Task[Any]]:
        """Its tasks that have not ended, in order of creation."""
        return [task for task in self._live if not task.done()]

    def standing(self, task: asyncio.Task[Any]) -> Standing:
        """Where one of its tasks stands, and what it waits for. Slow: for reports."""
        return standing_of(self, task)

    def abandon(self) -> None:
        """Close the loop, and the coroutines of tasks that will never go on; nothing that they do can wait."""
        while self._live:
            task: Any = next(iter(self._live))
            del self._live[task]
            task._log_destroy_pending = False
            _close(task.get_coro())
        self._thread_id = None  # so that it may be closed
        self.close()

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        """An exception that nobody awaited ends the run, like one in a thread."""
        error = context.get("exception")
        source = context.get("task") or context.get("future")
        if isinstance(error, TaskKilled | asyncio.CancelledError):
            return  # an end that somebody meant
        if error is None:
            self._space.stderr.write(f"{context.get('message')}: {source!r}\n")
        elif isinstance(source, asyncio.Task):
            self._space.on_task_error(f"task {source.get_name()}", error)
        else:
            self._space.on_task_error("a callback of its event loop", error)

    # -- threads -------------------------------------------------------------

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Run a function in a thread of the space's own ``concurrent.futures``."""
        self._check_closed()
        if executor is None:
            self._check_default_executor()
            if self._default_executor is None:
                self._default_executor = self._futures().ThreadPoolExecutor(EXECUTOR_THREADS, "asyncio")
            executor = self._default_executor
        return self.follow(executor.submit(func, *args))

    def set_default_executor(self, executor: Any) -> None:
        """What ``run_in_executor(None, ...)`` uses."""
        if not isinstance(executor, self._futures().ThreadPoolExecutor):
            raise TypeError("executor must be ThreadPoolExecutor instance")
        self._default_executor = executor

    async def shutdown_default_executor(self, timeout: float | None = None) -> None:
        """Wait for the threads of the default executor."""
        self._executor_shutdown_called = True
        executor = self._default_executor
        if executor is None:
            return
        ended = self.create_future()

        def shut_down() -> None:
            executor.shutdown(wait=True)
            self.call_soon_threadsafe(ended.set_result, None)

        self._space.import_module("threading").Thread(target=shut_down).start()
        await ended

    def follow(self, source: Any) -> SimFuture:
        """A future that ends as one of ``concurrent.futures`` does."""
        future = self.create_future()

        def finish() -> None:
            if future.done():
                return
            if source.cancelled():
                future.cancel()
            elif source.exception() is not None:
                future.set_exception(source.exception())
            else:
                future.set_result(source.result())

        source.add_done_callback(lambda _: self.is_closed() or self.call_soon_threadsafe(finish))
        future.add_done_callback(lambda _: future.cancelled() and source.cancel())
        return future

    def _futures(self) -> Any:
        return self._space.import_module("concurrent.futures")

    # -- inside --------------------------------------------------------------

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        self._selector.wake()

    def _check_thread(self) -> None:
        pass  # debug mode compares real threads

    def _set_coroutine_origin_tracking(self, enabled: bool) -> None:
        pass  # it would be the whole process's

    def _look_at_end(self, task: Any) -> None:
        self._live.pop(task, None)
        self.asked.pop(task, None)
        if not task.cancelled() and getattr(task, "_log_traceback", False):
            self.call_later(UNNOTICED_SECONDS, self._report_unnoticed, weakref.ref(task))

    def _report_unnoticed(self, reference: "weakref.ref[Any]") -> None:
        task = reference()
        if task is not None and task._log_traceback:
            self.call_exception_handler({
                "message": "an exception ended a task, and nobody has asked for it",
                "exception": task.exception(),
                "task": task,
            })  # fmt: skip


def _close(coroutine: Any) -> None:
    """End a coroutine where it stands, however often it catches its end."""
    for _ in range(KILL_PATIENCE):
        try:
            coroutine.close()
        except BaseException:
            continue  # its finally block raised, and it has ended; or it awaits once more
        return
    _keep_for_ever(coroutine)


def _keep_for_ever(coroutine: Any) -> None:
    """See to it that a coroutine is never collected, not even when the process ends.

    Python would close it once more, and one that catches everything and tries again, with no event loop to wait
    in any more, would try until the end of days.
    """
    import ctypes

    ctypes.pythonapi.Py_IncRef(ctypes.py_object(coroutine))
    leave_behind(coroutine)


def _refusing(name: str) -> Callable[..., Any]:
    def method(self: SimLoop, *args: Any, **kwargs: Any) -> Any:
        refuse(self._kernel, f"loop.{name}", f"the event loop's {name}")

    return method


for _name in (
    "add_reader", "add_signal_handler", "add_writer", "connect_accepted_socket", "connect_read_pipe",
    "connect_write_pipe", "create_connection", "create_datagram_endpoint", "create_server",
    "create_unix_connection", "create_unix_server", "getaddrinfo", "getnameinfo", "sendfile", "sock_accept",
    "sock_connect", "sock_recv", "sock_recv_into", "sock_recvfrom", "sock_recvfrom_into", "sock_sendall",
    "sock_sendfile", "sock_sendto", "start_tls", "subprocess_exec", "subprocess_shell",
):  # fmt: skip
    setattr(SimLoop, _name, _refusing(_name))


# -- what asyncio does for the whole process -----------------------------------


def _hear_of_generators() -> None:
    """Let loops hear of their asynchronous generators. Python has one pair of hooks for a real thread."""
    if sys.get_asyncgen_hooks().finalizer is not _generator_dropped:
        sys.set_asyncgen_hooks(_generator_begins, _generator_dropped)


def _generator_begins(generator: Any) -> None:
    loop: Any = events._get_running_loop()
    if isinstance(loop, SimLoop):
        loop._asyncgen_firstiter_hook(generator)


def _generator_dropped(generator: Any) -> None:
    loop: Any = events._get_running_loop()
    if isinstance(loop, SimLoop):
        loop._asyncgen_finalizer_hook(generator)


_warn_unawaited = warnings._warn_unawaited_coroutine  # type: ignore[attr-defined]


def _never_awaited(coroutine: Any) -> None:
    """A forgotten ``await`` is said where the implementation's other output goes."""
    space = _facade.present()
    if space is None:
        _warn_unawaited(coroutine)
        return
    current = space.kernel.current
    if current is None or not current.dying:
        frame = sys._getframe(1)
        place = f"{frame.f_code.co_filename}:{frame.f_lineno}"
        name = coroutine.__qualname__
        space.stderr.write(f"{place}: RuntimeWarning: coroutine {name!r} was never awaited\n")


warnings._warn_unawaited_coroutine = _never_awaited  # type: ignore[attr-defined]


# -- the module ----------------------------------------------------------------


def make_asyncio(space: "Space") -> ModuleType:
    """The space's ``asyncio``."""
    kernel = space.kernel
    threading = space.import_module("threading")
    of_thread = threading.local()

    def new_event_loop() -> SimLoop:
        return SimLoop(space)

    def set_event_loop(loop: SimLoop | None) -> None:
        of_thread.loop = loop

    def get_event_loop() -> Any:
        loop = events._get_running_loop() or getattr(of_thread, "loop", None)
        if loop is None:
            thread = threading.current_thread()
            if thread is not threading.main_thread() or hasattr(of_thread, "loop"):
                raise RuntimeError(f"There is no current event loop in thread {thread.name!r}.")
            loop = of_thread.loop = new_event_loop()
        return loop

    class EventLoopPolicy:
        """The only one there is: loops in virtual time."""

        def get_event_loop(self) -> Any:
            return get_event_loop()

        def set_event_loop(self, loop: Any) -> None:
            set_event_loop(loop)

        def new_event_loop(self) -> Any:
            return new_event_loop()

    policy = EventLoopPolicy()

    def set_event_loop_policy(policy: Any) -> None:
        if policy is not None and not isinstance(policy, EventLoopPolicy):
            refuse(kernel, "asyncio.set_event_loop_policy", "another kind of event loop")

    class Runner:
        """``asyncio.Runner`` without its signal handlers."""

        def __init__(self, *, debug: bool | None = None, loop_factory: Any = None) -> None:
            self._debug = debug
            self._factory = loop_factory or new_event_loop
            self._loop: Any = None
            self._context: contextvars.Context | None = None
            self._closed = False

        def __enter__(self) -> "Runner":
            self.get_loop()
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def get_loop(self) -> Any:
            if self._closed:
                raise RuntimeError("Runner is closed")
            if self._loop is None:
                self._loop = self._factory()
                self._context = contextvars.copy_context()
                if self._debug is not None:
                    self._loop.set_debug(self._debug)
            return self._loop

        def run(self, coro: Any, *, context: contextvars.Context | None = None) -> Any:
            if not coroutines.iscoroutine(coro):
                raise ValueError(f"a coroutine was expected, got {coro!r}")
            if events._get_running_loop() is not None:
                raise RuntimeError("Runner.run() cannot be called from a running event loop")
            loop = self.get_loop()
            set_event_loop(loop)
            return loop.run_until_complete(loop.create_task(coro, context=context or self._context))

        def close(self) -> None:
            loop, self._loop, self._closed = self._loop, None, True
            if loop is None or loop.is_closed():
                return
            try:
                _cancel_all(loop)
                loop.run_until_complete(loop.shutdown_asyncgens())
                loop.run_until_complete(loop.shutdown_default_executor())
            finally:
                set_event_loop(None)
                loop.close()

    def run(main: Coroutine[Any, Any, Any], *, debug: bool | None = None, loop_factory: Any = None) -> Any:
        if events._get_running_loop() is not None:
            raise RuntimeError("asyncio.run() cannot be called from a running event loop")
        with Runner(debug=debug, loop_factory=loop_factory) as runner:
            return runner.run(main)

    def ensure_future(coro_or_future: Any, *, loop: Any = None) -> Any:
        if loop is None and not asyncio.isfuture(coro_or_future):
            loop = get_event_loop()
        return asyncio.ensure_future(coro_or_future, loop=loop)

    def gather(*awaitables: Any, return_exceptions: bool = False) -> Any:
        if events._get_running_loop() is None:
            known = {awaitable: ensure_future(awaitable) for awaitable in awaitables}
            awaitables = tuple(known[awaitable] for awaitable in awaitables)
        future: Any = asyncio.gather(*awaitables, return_exceptions=return_exceptions)
        if type(future) is not SimFuture:
            future.__class__ = _Gathering
            future._serial = kernel.serial()
        return future

    def as_completed(awaitables: Iterable[Any], *, timeout: float | None = None) -> Any:
        if asyncio.isfuture(awaitables) or coroutines.iscoroutine(awaitables):
            raise TypeError(f"expect an iterable of futures, not {type(awaitables).__name__}")
        # asyncio would put coroutines into a set, and start them in the order of their addresses.
        futures = [ensure_future(awaitable) for awaitable in dict.fromkeys(awaitables)]
        return asyncio.as_completed(futures, timeout=timeout)

    async def to_thread(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        call = partial(contextvars.copy_context().run, func, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(None, call)

    def all_tasks(loop: Any = None) -> set[Any]:
        running: Any = loop or asyncio.get_running_loop()
        return set(running.live_tasks())

    def wrap_future(future: Any, *, loop: Any = None) -> Any:
        return future if asyncio.isfuture(future) else (loop or get_event_loop()).follow(future)

    def run_coroutine_threadsafe(coro: Coroutine[Any, Any, Any], loop: Any) -> Any:
        if not coroutines.iscoroutine(coro):
            raise TypeError("A coroutine object is required")
        future = space.import_module("concurrent.futures").Future()

        def begin() -> None:
            task = loop.create_task(coro)
            task.add_done_callback(finish)
            future.add_done_callback(
                lambda _: (
                    future.cancelled() and not loop.is_closed() and loop.call_soon_threadsafe(task.cancel)
                )
            )

        def finish(task: Any) -> None:
            error = None if task.cancelled() else task.exception()
            if task.cancelled():
                future.cancel()
            if not future.set_running_or_notify_cancel():
                return
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(task.result())

        loop.call_soon_threadsafe(begin)
        return future

    def refused(name: str) -> Callable[..., Any]:
        return lambda *args, **kwargs: refuse(kernel, f"asyncio.{name}", f"asyncio's {name}")

    return Proxy(
        asyncio,
        Condition=SimCondition,
        Future=SimFuture,
        Lock=SimLock,
        Runner=Runner,
        SelectorEventLoop=new_event_loop,
        Task=SimTask,
        DefaultEventLoopPolicy=EventLoopPolicy,
        all_tasks=all_tasks,
        as_completed=as_completed,
        ensure_future=ensure_future,
        gather=gather,
        get_event_loop=get_event_loop,
        get_event_loop_policy=lambda: policy,
        new_event_loop=new_event_loop,
        run=run,
        run_coroutine_threadsafe=run_coroutine_threadsafe,
        set_event_loop=set_event_loop,
        set_event_loop_policy=set_event_loop_policy,
        to_thread=to_thread,
        wrap_future=wrap_future,
        **{name: refused(name) for name in _REFUSED},
    )


_REFUSED = (
    "create_subprocess_exec", "create_subprocess_shell", "open_connection", "open_unix_connection",
    "start_server", "start_unix_server",
)  # fmt: skip


def _cancel_all(loop: SimLoop) -> None:
    """Cancel what is left of a loop's tasks, wait for their ends, and report those that raise."""
    left = loop.live_tasks()
    for task in left:
        task.cancel()
    if not left:
        return
    loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
    for task in left:
        if not task.cancelled() and task.exception() is not None:
            loop.call_exception_handler({
                "message": "unhandled exception during asyncio.run() shutdown",
                "exception": task.exception(),
                "task": task,
            })  # fmt: skip
