"""``asyncio`` in virtual time.

The standard library's own asyncio runs; only its event loop is ours. Where a real loop would wait for
sockets, this one parks its task in the kernel, and its clock is the kernel's. Nothing else of asyncio
touches the outside, apart from what is refused here: sockets, pipes, subprocesses and signals.

This module imports asyncio, which takes a while, and is therefore itself imported only when an
implementation asks for asyncio.
"""

import asyncio
import math
from asyncio import events
from collections.abc import Callable, Coroutine
from contextvars import Context
from types import ModuleType
from typing import TYPE_CHECKING, Any

from raftkit.sim._kernel import SECOND_NS, Task, TaskKilled
from raftkit.sim._standins import Proxy

if TYPE_CHECKING:
    from raftkit.sim._space import Space


class SimFuture(asyncio.Future[Any]):
    """A future that is told apart by a serial number, so that sets of futures have an order."""

    _serial = 0

    def __hash__(self) -> int:
        return self._serial

    __eq__ = object.__eq__


class SimTask(asyncio.Task[Any]):
    """A task that is told apart by a serial number."""

    _serial = 0

    def __hash__(self) -> int:
        return self._serial

    __eq__ = object.__eq__


class _Waiting:
    """What the loop's task parks on."""

    def __str__(self) -> str:
        return "the next callback of its event loop"


class _Selector:
    """Stands where a loop waits for sockets: parks until a time-out, or until somebody wakes the loop."""

    def __init__(self, space: "Space") -> None:
        self._kernel = space.kernel
        self._waiting = _Waiting()
        self._woken = False
        self._task: Task | None = None

    def select(self, timeout: float | None) -> list[Any]:
        """Wait; there are never any events."""
        if self._woken or (timeout is not None and timeout <= 0):
            self._woken = False
            self._kernel.sleep(0)  # a loop that never waits still lets time pass
            return []
        self._task = self._kernel.current
        try:
            self._kernel.park(self._waiting, None if timeout is None else math.ceil(timeout * SECOND_NS))
        finally:
            self._task = None
            self._woken = False
        return []

    def wake(self) -> None:
        """End the wait under way, or the next one."""
        self._woken = True
        if self._task is not None:
            self._kernel.wake(self._task)


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
        self._live: dict[SimTask, None] = {}
        self._names = iter(range(1, 1 << 62))

    def time(self) -> float:
        """The virtual clock, in seconds."""
        return self._kernel.now_ns / SECOND_NS

    def run_forever(self) -> None:
        """Run until ``stop``; when the server crashes, close what is left, in order of creation."""
        self._check_closed()
        self._check_running()
        task = self._kernel.current
        assert task is not None
        self._thread_id = task.id
        task.on_park = self._on_park
        events._set_running_loop(self)
        try:
            while True:
                self._run_once()
                if self._stopping:
                    break
        except TaskKilled:
            self._abandon_tasks()
            raise
        finally:
            self._stopping = False
            self._thread_id = None
            task.on_park = None
            events._set_running_loop(None)

    def create_future(self) -> SimFuture:
        """A future of this loop."""
        future = SimFuture(loop=self)
        future._serial = self._kernel.serial()
        return future

    def create_task(
        self, coro: Any, *, name: str | None = None, context: Context | None = None, **_: Any
    ) -> SimTask:
        """A task of this loop."""
        self._check_closed()
        task = SimTask(coro, loop=self, name=name or f"Task-{next(self._names)}", context=context)
        task._serial = self._kernel.serial()
        self._live[task] = None
        task.add_done_callback(self._forget)
        return task

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> Any:
        """Run a function in a thread of the space's own ``concurrent.futures``."""
        if executor is None:
            executor = self._default_executor
            if executor is None:
                futures = self._space.import_module("concurrent.futures")
                executor = self._default_executor = futures.ThreadPoolExecutor(thread_name_prefix="asyncio")
        waiter = self.create_future()

        def finish(done: Any) -> None:
            if waiter.cancelled():
                return
            if done.exception() is not None:
                waiter.set_exception(done.exception())
            else:
                waiter.set_result(done.result())

        executor.submit(func, *args).add_done_callback(lambda done: self.call_soon_threadsafe(finish, done))
        return waiter

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        """An exception that nobody awaited ends the run, like one in a thread."""
        error = context.get("exception")
        if error is not None and self._exception_handler is None:
            task = context.get("task") or context.get("future")
            name = task.get_name() if isinstance(task, asyncio.Task) else "a callback of the event loop"
            self._space.on_thread_error(name, error)
        elif self._exception_handler is not None:
            super().call_exception_handler(context)

    def close(self) -> None:
        """Close the loop."""
        self._default_executor = None
        super().close()

    # -- inside --------------------------------------------------------------

    def _on_park(self, begins: bool) -> None:
        """asyncio keeps one running loop for the real thread; while our task waits, others run theirs."""
        events._set_running_loop(None if begins else self)

    def _process_events(self, event_list: list[Any]) -> None:
        pass

    def _write_to_self(self) -> None:
        self._selector.wake()

    def _forget(self, task: Any) -> None:
        self._live.pop(task, None)

    def _abandon_tasks(self) -> None:
        """Close the coroutines of tasks that will never go on; nothing that they do can wait."""
        for task in list(self._live):
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            try:
                task.get_coro().close()
            except BaseException:
                continue
        self._live.clear()
        self._ready.clear()
        self._scheduled.clear()


def _refused(name: str) -> Callable[..., Any]:
    def refuse(*args: Any, **kwargs: Any) -> Any:
        raise ImportError(
            f"asyncio.{name} reaches past the simulated world, so that a run could not be repeated from its seed"
        )

    return refuse


def make_asyncio(space: "Space") -> ModuleType:
    """The space's ``asyncio``."""
    current: list[SimLoop | None] = [None]

    def new_event_loop() -> SimLoop:
        return SimLoop(space)

    def set_event_loop(loop: SimLoop | None) -> None:
        current[0] = loop

    def get_event_loop() -> Any:
        running = events._get_running_loop()
        if running is not None:
            return running
        if current[0] is None:
            current[0] = new_event_loop()
        return current[0]

    def run(main: Coroutine[Any, Any, Any], *, debug: bool | None = None, loop_factory: Any = None) -> Any:
        if events._get_running_loop() is not None:
            raise RuntimeError("asyncio.run() cannot be called from a running event loop")
        with Runner() as runner:
            return runner.run(main)

    class Runner:
        """``asyncio.Runner`` without its signal handlers."""

        def __init__(self, *, debug: bool | None = None, loop_factory: Any = None) -> None:
            self._loop = new_event_loop()

        def __enter__(self) -> "Runner":
            return self

        def __exit__(self, *_: object) -> None:
            self.close()

        def get_loop(self) -> SimLoop:
            return self._loop

        def run(self, coro: Coroutine[Any, Any, Any], *, context: Context | None = None) -> Any:
            return self._loop.run_until_complete(self._loop.create_task(coro, context=context))

        def close(self) -> None:
            left = list(self._loop._live)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self._loop.close()

    async def to_thread(func: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(None, lambda: func(*args, **kwargs))

    def all_tasks(loop: Any = None) -> set[Any]:
        running: Any = loop or asyncio.get_running_loop()
        return set(running._live)

    def run_coroutine_threadsafe(coro: Coroutine[Any, Any, Any], loop: Any) -> Any:
        future = space.import_module("concurrent.futures").Future()

        def finish(task: Any) -> None:
            if task.cancelled():
                future.cancel()
            elif task.exception() is not None:
                future.set_exception(task.exception())
            else:
                future.set_result(task.result())

        loop.call_soon_threadsafe(lambda: loop.create_task(coro).add_done_callback(finish))
        return future

    refused = ("create_subprocess_exec", "create_subprocess_shell", "open_connection", "open_unix_connection",
               "start_server", "start_unix_server")  # fmt: skip
    return Proxy(
        asyncio,
        run=run,
        Runner=Runner,
        new_event_loop=new_event_loop,
        set_event_loop=set_event_loop,
        get_event_loop=get_event_loop,
        to_thread=to_thread,
        all_tasks=all_tasks,
        run_coroutine_threadsafe=run_coroutine_threadsafe,
        **{name: _refused(name) for name in refused},
    )
