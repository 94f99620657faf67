"""``asyncio`` in virtual time, held against the real one.

Each row of the table is a small program. It runs in a real event loop and in ours, and must print the same.
"""

import asyncio
import gc
import io
import subprocess
import sys
import textwrap
import warnings
from contextlib import redirect_stdout
from typing import Any

import pytest

HEADER = """
import asyncio, contextvars, threading, time
from asyncio import *

T = 0.02  # real seconds, in a real loop

async def attempt(awaitable):
    try:
        print(await awaitable)
    except BaseException as error:
        print(type(error).__name__, error)

async def after(steps, value):
    await sleep(steps * T)
    return value

async def boom(text="boom"):
    await sleep(0)
    raise ValueError(text)
"""

PROGRAMS = {
    # -- sleeping and tasks
    "sleeps-in-order": """
        async def body(name, steps):
            await sleep(steps * T)
            print(name, end=" ")
            return name
        print(await gather(body("c", 3), body("a", 1), body("b", 2)), await sleep(0, "now"), await sleep(-1, "past"))
    """,
    "tasks": """
        task = create_task(after(1, "x"), name="mine")
        other = create_task(after(1, "y"))
        print(task.get_name(), other.get_name().startswith("Task-"), task.done(), current_task() is task, task in all_tasks())
        print(await task, task.done(), task.result(), task.exception(), task.cancelled(), await other)
        print(isinstance(task, Task), isinstance(task, Future), isfuture(task), isinstance(5, Task), iscoroutine(after))
        print(len(all_tasks()), current_task() in all_tasks(), ensure_future(task) is task)
        task.set_name(5)
        print(task.get_name(), task == other, task == task, {task: 1}[task])
    """,
    "errors-of-tasks": """
        task = create_task(boom())
        await attempt(task)
        print(repr(task.exception()))
        pending = create_task(sleep(T))
        for question in (pending.result, pending.exception):
            try: question()
            except InvalidStateError as error: print(error)
        pending.cancel()
        await attempt(pending)
        try: create_task(5)
        except TypeError as error: print(error)
    """,
    "cancelling": """
        async def body():
            try:
                await sleep(100)
            except CancelledError as error:
                print("cancelled", error.args)
                raise
            finally:
                await sleep(T)
                print("finally")
        task = create_task(body())
        await sleep(0)
        print(task.cancel("why"), task.cancelling(), task.done())
        await attempt(task)
        print(task.cancelled(), task.cancel())
        async def stubborn():
            try: await sleep(100)
            except CancelledError: current_task().uncancel()
            return "went on"
        task = create_task(stubborn())
        await sleep(0)
        task.cancel()
        await attempt(task)
        early = create_task(body())
        early.cancel()
        await attempt(early)
    """,
    "done-callbacks": """
        def done(future): print("done", future.result(), end=" ")
        task = create_task(after(1, 5))
        task.add_done_callback(done)
        task.add_done_callback(print)
        print(task.remove_done_callback(print))
        await task
        await sleep(0)
        task.add_done_callback(done)
        await sleep(0)
        print()
    """,
    # -- futures and the loop
    "futures": """
        loop = get_running_loop()
        for future in (loop.create_future(), Future(), Future(loop=loop)):
            loop.call_later(T, future.set_result, 7)
            print(future.done(), isinstance(future, Future), issubclass(type(future), Future), future.get_loop() is loop, await future)
        future = loop.create_future()
        future.set_exception(KeyError("k"))
        await attempt(future)
        future = loop.create_future()
        future.cancel()
        await attempt(future)
        class Mine(Future): pass
        print(isinstance(Mine(), Mine), isinstance(future, Mine), issubclass(Mine, Future), isinstance(Mine(), Future))
        annotated: "Future[int] | Task[int]" = future
        print(Future[int] is not None, Task[int] is not None)
    """,
    "callbacks": """
        loop = get_running_loop()
        start = loop.time()
        def note(name): print(name, round((loop.time() - start) / T), end="; ")
        loop.call_later(2 * T, note, "later")
        loop.call_at(start + T, note, "at")
        loop.call_soon(note, "soon")
        handle = loop.call_later(T, note, "never")
        handle.cancel()
        print(handle.cancelled(), loop.is_running(), loop.is_closed(), get_event_loop() is loop)
        await sleep(3 * T)
        print()
    """,
    "an-exception-handler-of-one's-own": """
        loop = get_running_loop()
        loop.set_exception_handler(lambda loop, context: print(context["message"].split(" <")[0].split("(")[0], repr(context.get("exception"))))
        loop.call_soon(lambda: 1 / 0)
        await sleep(T)
        task = create_task(boom())
        await sleep(T)
        del task
        print(loop.get_exception_handler() is not None)
    """,
    # -- synchronization
    "lock": """
        lock = Lock()
        async def body(name):
            async with lock:
                print(name, end=" ")
                await sleep(T)
        await gather(*(body(n) for n in range(4)))
        print(lock.locked(), await lock.acquire(), lock.locked(), lock.release(), lock.locked())
        try: lock.release()
        except RuntimeError as error: print(error)
        await lock.acquire()
        waiter = create_task(lock.acquire())
        await sleep(0)
        waiter.cancel()
        await attempt(waiter)
        lock.release()
        await attempt(wait_for(lock.acquire(), T))
        await attempt(wait_for(lock.acquire(), T))
    """,
    "event": """
        event = Event()
        async def body(n):
            await event.wait()
            return n
        tasks = [create_task(body(n)) for n in range(3)]
        await sleep(T)
        print(event.is_set(), [task.done() for task in tasks])
        event.set()
        print(await gather(*tasks), event.is_set(), await event.wait())
        event.clear()
        await attempt(wait_for(event.wait(), T))
    """,
    "condition": """
        condition, items = Condition(), []
        async def consumer():
            async with condition:
                await condition.wait_for(lambda: items)
                return items.pop(0)
        consumers = [create_task(consumer()) for _ in range(3)]
        for n in range(3):
            await sleep(T)
            async with condition:
                items.append(n)
                condition.notify()
        print(await gather(*consumers))
        try: condition.notify()
        except RuntimeError as error: print(error)
        async with condition:
            await attempt(wait_for(condition.wait(), T))
            print(condition.locked())
            condition.notify_all()
    """,
    "semaphores-and-barrier": """
        semaphore, most, now = Semaphore(2), 0, 0
        async def body():
            nonlocal most, now
            async with semaphore:
                now += 1; most = max(most, now)
                await sleep(T)
                now -= 1
        await gather(*(body() for _ in range(5)))
        print(most, semaphore.locked())
        bounded = BoundedSemaphore(1)
        try: bounded.release()
        except ValueError as error: print(error)
        barrier = Barrier(3)
        print(sorted(await gather(*(barrier.wait() for _ in range(3)))))
    """,
    "queues": """
        queue = Queue(2)
        async def producer():
            for n in range(5):
                await queue.put(n)
            print("full", queue.full(), queue.qsize(), end="; ")
        async def consumer():
            got = []
            for _ in range(5):
                got.append(await queue.get())
                queue.task_done()
                await sleep(0)
            return got
        _, got = await gather(producer(), consumer())
        print(got, queue.empty(), await queue.join())
        for attempt_ in (queue.get_nowait, lambda: [queue.put_nowait(1) for _ in range(3)]):
            try: attempt_()
            except (QueueEmpty, QueueFull) as error: print(type(error).__name__)
        priority, last = PriorityQueue(), LifoQueue()
        for n in (3, 1, 2): priority.put_nowait(n); last.put_nowait(n)
        print([priority.get_nowait() for _ in range(3)], [last.get_nowait() for _ in range(3)])
        await attempt(wait_for(priority.get(), T))
    """,
    # -- waiting for several
    "wait-for": """
        await attempt(wait_for(after(1, "in time"), 10))
        await attempt(wait_for(after(10, "late"), T))
        await attempt(wait_for(after(0, "none"), None))
        await attempt(wait_for(boom(), 10))
        async def slow_to_end():
            try: await sleep(10)
            finally: print("ended", end=" ")
        await attempt(wait_for(slow_to_end(), T))
        await attempt(wait_for(sleep(5), 0))
    """,
    "timeout": """
        async def body():
            async with timeout(T):
                await sleep(10)
        await attempt(body())
        async with timeout(10) as scope:
            await sleep(T)
        print(scope.expired())
        async def moved():
            async with timeout(None) as scope:
                scope.reschedule(get_running_loop().time() + T)
                await sleep(10)
        await attempt(moved())
        async def both():
            async with timeout(3 * T):
                try:
                    async with timeout(T): await sleep(10)
                except TimeoutError: print("inner", end=" ")
                await sleep(10)
        await attempt(both())
        async with timeout_at(get_running_loop().time() + 10): print("in time")
    """,
    "gather": """
        print(await gather(after(2, "a"), after(1, "b")), await gather())
        print(await gather(after(1, 1), boom(), return_exceptions=True))
        await attempt(gather(after(1, 1), boom("first"), boom("second")))
        same = create_task(after(1, "s"))
        print(await gather(same, same))
        outer = gather(after(9, 1), after(9, 2))
        await sleep(T)
        print(outer.cancel(), isinstance(outer, Future), outer in {outer})
        await attempt(outer)
    """,
    "wait": """
        tasks = [create_task(after(n, n)) for n in (3, 1, 2)]
        done, pending = await wait(tasks, return_when=FIRST_COMPLETED)
        print([task.result() for task in done], len(pending))
        done, pending = await wait(pending, timeout=1.5 * T)
        print([task.result() for task in done], len(pending))
        done, pending = await wait([create_task(boom()), *pending], return_when=FIRST_EXCEPTION)
        print([repr(task.exception()) for task in done], len(pending))
        done, pending = await wait(pending)
        print([task.result() for task in done], len(pending))
        await attempt(wait([]))
    """,
    "as-completed": """
        for next_one in as_completed([after(3, "c"), after(1, "a"), after(2, "b")]):
            print(await next_one, end=" ")
        try:
            for next_one in as_completed([after(1, "in time"), after(50, "late")], timeout=5 * T):
                print(await next_one, end=" ")
        except TimeoutError: print("time-out")
        try: next(iter(as_completed(after_ := boom())))
        except TypeError as error: print(error)
        after_.close()
    """,
    "task-group": """
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(after(n, n)) for n in (2, 1)]
        print([task.result() for task in tasks])
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(boom("one"))
                other = group.create_task(sleep(10))
        except* ValueError as errors:
            print(errors.exceptions, other.cancelled())
    """,
    "shield": """
        inner = create_task(after(2, "kept"))
        outer = create_task(wait_for(shield(inner), T))
        await attempt(outer)
        print(inner.cancelled(), await inner)
    """,
    # -- context, generators
    "contextvars": """
        variable = contextvars.ContextVar("variable", default=0)
        async def body(n):
            variable.set(n)
            await sleep(T)
            return variable.get()
        print(await gather(*(body(n) for n in (1, 2))), variable.get())
        variable.set(5)
        print(await create_task(after(0, 0)), await to_thread(variable.get), await create_task(read(variable)))
        context = contextvars.copy_context()
        await create_task(body(9), context=context)
        print(context[variable], variable.get())
    """,
    "asynchronous-generators": """
        async def numbers():
            try:
                for n in range(9):
                    yield n
                    await sleep(0)
            finally:
                await sleep(0)
                print("closed", end=" ")
        print([n async for n in numbers()][-1])
        async for n in numbers():
            if n == 2: break
        await sleep(T)
        print(n)
        kept = numbers()
        print(await anext(kept), await kept.__anext__())
        left = numbers()
        await anext(left)
        await kept.aclose()
        get_running_loop().left = left  # for shutdown_asyncgens
    """,
    # -- threads
    "to-thread-and-executors": """
        from concurrent.futures import ThreadPoolExecutor
        loop = get_running_loop()
        def work(n):
            time.sleep(T)
            return n, threading.current_thread() is threading.main_thread()
        print(await to_thread(work, n=1), await loop.run_in_executor(None, work, 2))
        with ThreadPoolExecutor(2) as pool:
            print(await gather(*(loop.run_in_executor(pool, work, n) for n in (3, 4))))
            print(await wrap_future(pool.submit(work, 5)))
        await attempt(to_thread(lambda: 1 / 0))
        task = create_task(to_thread(work, 6))
        await sleep(0)
        task.cancel()
        await attempt(task)
        await loop.shutdown_default_executor()
        await attempt(to_thread(work, 7))
    """,
    "from-other-threads": """
        loop = get_running_loop()
        future = loop.create_future()
        def body():
            time.sleep(T)
            loop.call_soon_threadsafe(future.set_result, "from a thread")
            print(run_coroutine_threadsafe(after(1, "from the loop"), loop).result())
            for coroutine in (boom(), cancelled()):
                try: run_coroutine_threadsafe(coroutine, loop).result()
                except BaseException as error: print(type(error).__name__, error)
            waits = run_coroutine_threadsafe(sleep(10), loop)
            time.sleep(T)
            print(waits.cancel(), waits.cancelled())
        async def cancelled(): raise CancelledError
        thread = threading.Thread(target=body)
        thread.start()
        print(await future)
        while thread.is_alive(): await sleep(T / 4)
        await sleep(T)
        print(len(all_tasks()))
    """,
    "a-loop-in-a-thread-beside-this-one": """
        def body():
            async def inner():
                await sleep(T)
                return get_running_loop()
            loops.append(asyncio.run(inner()))
            try: get_running_loop()
            except RuntimeError as error: print(error)
        loops = [get_running_loop()]
        threads = [threading.Thread(target=body) for _ in range(2)]
        for thread in threads: thread.start()
        while any(thread.is_alive() for thread in threads): await sleep(T / 4)
        print(len(set(loops)), [loop.is_closed() for loop in loops], get_running_loop() is loops[0])
    """,
    "blocking-calls-hold-up-everything": """
        lock = threading.Lock()
        start = time.monotonic()
        task = create_task(after(1, "late"))
        await sleep(0)
        with lock: time.sleep(3 * T)
        print(round((time.monotonic() - start) / T), task.done(), get_running_loop() is not None)
        print(await task, round((time.monotonic() - start) / T))
    """,
    "runs-within-runs": """
        try: asyncio.run(coroutine := sleep(0))
        except RuntimeError as error: print(error)
        coroutine.close()
        try: get_running_loop().run_until_complete(future := Future())
        except RuntimeError as error: print(error)
    """,
}

WHOLE = {
    "run": """
        async def main():
            left = create_task(sleep(100))
            left.add_done_callback(lambda task: print("cancelled", task.cancelled()))
            await sleep(0)
            return "result"
        print(asyncio.run(main()))
        print(asyncio.run(main(), debug=True))
        try: asyncio.run(boom())
        except ValueError as error: print(error)
        try: asyncio.run(main)
        except ValueError: print("no coroutine")
        async def leaves():
            raise SystemExit(3)
        try: asyncio.run(leaves())
        except SystemExit as error: print(error)
    """,
    "runner": """
        variable = contextvars.ContextVar("variable", default=0)
        async def add():
            variable.set(variable.get() + 1)
            return variable.get()
        with Runner() as runner:
            print(runner.run(add()), runner.run(add()), variable.get(), runner.get_loop().is_closed())
        try: runner.get_loop()
        except RuntimeError as error: print(error)
    """,
    "loops-by-hand": """
        loop = new_event_loop()
        set_event_loop(loop)
        print(get_event_loop() is loop, get_event_loop_policy().get_event_loop() is loop)
        print(loop.run_until_complete(after(1, "x")), loop.is_running())
        loop.call_later(T, loop.stop)
        loop.run_forever()
        print(loop.run_until_complete(gather(after(2, 1), after(1, 2))))
        try: loop.run_until_complete(boom())
        except ValueError as error: print(error)
        loop.call_soon(loop.stop)
        try: loop.run_until_complete(Future(loop=loop))
        except RuntimeError as error: print(error)
        print(loop.run_until_complete(ensure_future(after(0, "ensured"))))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()
        print(loop.is_closed())
        try: loop.call_soon(print)
        except RuntimeError as error: print(error)
        set_event_loop(None)
    """,
    "loops-of-threads": """
        seen = []
        def body():
            try: get_event_loop()
            except RuntimeError as error: print(str(error).split(" in ")[0])
            loop = new_event_loop()
            set_event_loop(loop)
            loop.run_until_complete(sleep(T))
            seen.append(get_event_loop() is loop)
            loop.close()
        threads = [threading.Thread(target=body) for _ in range(2)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(seen)
    """,
    "a-server's-life-in-a-thread": """
        loop = new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        print([run_coroutine_threadsafe(after(n, n), loop).result() for n in (2, 1)])
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
        print(thread.is_alive(), loop.is_closed())
    """,
}


def _program(name: str) -> str:
    if name in WHOLE:
        return HEADER + textwrap.dedent(WHOLE[name])
    body = textwrap.indent(textwrap.dedent(PROGRAMS[name]), "    ")
    return f"{HEADER}\nasync def read(variable): return variable.get()\nasync def main():\n{body}\nasyncio.run(main())\n"


def _real(source: str) -> str:
    out = io.StringIO()
    with redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exec(compile(source, "real.py", "exec"), {"__name__": "real"})
        except Exception as error:  # a program that depends on moments may meet another moment
            print(repr(error))
    return out.getvalue()


@pytest.mark.parametrize("name", [*PROGRAMS, *WHOLE])
def test_behaves_as_real_asyncio_does(lab: Any, name: str) -> None:
    """The real loop waits for real moments, and may be late on a busy machine: it has a few tries."""
    source = _program(name)
    ours = lab.run(source)
    assert ours
    assert any(_real(source) == ours for _ in range(5)), f"ours:\n{ours}\nreal:\n{_real(source)}"


# -- time ------------------------------------------------------------------------


def test_waits_are_virtual_and_exact(lab: Any) -> None:
    """An hour passes at once; what a scheduling step costs comes on top."""
    source = """
        import asyncio, time
        async def main():
            loop, start = asyncio.get_running_loop(), time.monotonic()
            await asyncio.sleep(3600)
            print(round(time.monotonic() - start, 3), loop.time() == time.monotonic())
            try:
                async with asyncio.timeout(0.25): await asyncio.Event().wait()
            except TimeoutError: print(round(time.monotonic() - start, 3))
        asyncio.run(main())
    """
    assert lab.run(textwrap.dedent(source)) == "3600.0 True\n3600.25\n"


def test_a_loop_that_never_waits_lets_time_and_others_go_on(lab: Any) -> None:
    """``await asyncio.sleep(0)`` is how coroutines poll: it must not hold time still."""
    source = """
        import asyncio, threading, time
        seen = []
        threading.Thread(target=lambda: (time.sleep(0.01), seen.append("thread"))).start()
        async def main():
            asyncio.get_running_loop().call_later(0.02, seen.append, "timer")
            while len(seen) < 2: await asyncio.sleep(0)
            print(seen, time.monotonic() < 0.03)
        asyncio.run(main())
    """
    assert lab.run(textwrap.dedent(source)) == "['thread', 'timer'] True\n"


def test_a_coroutine_that_never_awaits_is_noticed(lab: Any) -> None:
    """It holds up its loop and time itself: the kernel sets it aside and says so."""
    source = """
        import asyncio
        async def main():
            while True: pass
        asyncio.run(main())
    """
    lab.run(textwrap.dedent(source))
    assert [task.name for task in lab.spins] == ["main"]


# -- order -----------------------------------------------------------------------

SETS = """
import asyncio, random
async def body(n):
    await asyncio.sleep(random.random())
    print(n, end=" ")
async def main():
    loop = asyncio.get_running_loop()
    tasks = {asyncio.create_task(body(n)) for n in range(20)}
    futures = {loop.create_future() for n in range(20)} | {asyncio.Future() for n in range(20)}
    gathered = {asyncio.gather(asyncio.sleep(n)) for n in range(20)}
    for n, future in enumerate(futures): future.set_result(n)
    print([task.get_name() for task in tasks], [task.get_name() for task in asyncio.all_tasks()])
    done, pending = await asyncio.wait(gathered | tasks, timeout=0.5)
    print(len(done), [task.get_name() for task in pending if isinstance(task, asyncio.Task)])
    done, _ = await asyncio.wait([*futures])
    print([future.result() for future in done])
    async with asyncio.TaskGroup() as group:
        for n in range(9): group.create_task(body(n))
    for coroutine in asyncio.as_completed([body(n) for n in range(9)]): await coroutine
asyncio.run(main())
"""

IN_ANOTHER_PROCESS = """
import sys
from pathlib import Path
from random import Random
from raftkit.sim import Kernel, Space, make_locks
ballast = [object() for _ in range(int(sys.argv[2]))]  # other addresses
def error(task, error): raise error
kernel = Kernel("7", step_ns=10_000, on_error=error)
space = Space(kernel, make_locks(kernel, Random("l")), Random("s"), on_print=lambda text, _: sys.stdout.write(text),
              on_thread_error=error)
path = Path(sys.argv[1])
kernel.spawn(space.load, path, "raft", name="main")
kernel.run_until(1 << 60)
"""


def test_sets_of_tasks_and_futures_have_the_same_order_in_every_process(lab: Any) -> None:
    """A set's order follows hashes, and Python's are addresses: a run could not be repeated."""
    path = lab.write({"raft.py": SETS}) / "raft.py"
    outputs = []
    for seed in ("0", "1", "77"):
        command = [sys.executable, "-c", IN_ANOTHER_PROCESS, str(path), str(int(seed) * 1000)]
        done = subprocess.run(command, env={"PYTHONHASHSEED": seed}, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        outputs.append(done.stdout)
    assert len(outputs[0]) > 200
    assert len(set(outputs)) == 1


def test_the_size_of_the_default_executor_does_not_depend_on_the_machine(lab: Any) -> None:
    """Nor does that of others: with another number of threads, others wait."""
    source = """
        import asyncio, concurrent.futures, os
        async def main():
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(print, os.cpu_count())
            print(loop._default_executor._max_workers, concurrent.futures.ThreadPoolExecutor()._max_workers)
        asyncio.run(main())
    """
    assert lab.run(textwrap.dedent(source)) == "4\n8 8\n"


# -- exceptions ------------------------------------------------------------------

UNNOTICED = {
    "dropped": ("asyncio.create_task(boom(), name='mine')", "task mine"),
    "kept": ("kept.append(asyncio.create_task(boom(), name='mine'))", "task mine"),
    "callback": ("asyncio.get_running_loop().call_soon(lambda: 1 / 0)", "a callback of its event loop"),
    "future": (
        "asyncio.get_running_loop().create_future().set_exception(KeyError())",
        "a callback of its event loop",
    ),
    "done-callback": (
        "asyncio.create_task(asyncio.sleep(0)).add_done_callback(lambda _: 1 / 0)",
        "a callback of its event loop",
    ),
    "from-a-thread": (
        "asyncio.get_running_loop().call_soon_threadsafe(lambda: 1 / 0)",
        "a callback of its event loop",
    ),
    "group-left-behind": ("kept.append(asyncio.gather(boom()))", None),
}

MAIN = """
import asyncio
kept = []
async def boom():
    await asyncio.sleep(0)
    return 1 / 0
async def main():
    {statement}
    await asyncio.sleep(5)
asyncio.run(main())
"""


@pytest.mark.parametrize("name", UNNOTICED)
def test_an_exception_that_nobody_asks_for_is_told(lab: Any, name: str) -> None:
    """asyncio writes it to a log when the task is garbage; here it ends the run, as in a thread.

    A task that is awaited by others (here: gathered) has told them, and what they make of it is theirs.
    """
    statement, place = UNNOTICED[name]
    lab.run(MAIN.format(statement=statement))
    assert [told for told, _ in lab.errors] == ([place] if place else [])
    lab.errors.clear()


def test_an_exception_that_is_asked_for_within_a_second_is_nobodys_business(lab: Any) -> None:
    """To start tasks now and to await them a little later is ordinary."""
    statement = "task = asyncio.create_task(boom()); await asyncio.sleep(0.9); print(repr(task.exception()))"
    assert lab.run(MAIN.format(statement=statement)) == "ZeroDivisionError('division by zero')\n"


def test_a_forgotten_await_is_printed_with_its_line(lab: Any, capfd: Any) -> None:
    """The commonest slip of all. Python warns of it on its standard error, which nobody would see here."""
    printed = lab.run(MAIN.format(statement="boom()"))
    assert printed.endswith("raft.py:8: RuntimeWarning: coroutine 'boom' was never awaited\n")
    assert capfd.readouterr() == ("", "")


# -- the end ---------------------------------------------------------------------

LIFE = """
import asyncio, threading, time
async def tidy(name):
    try:
        await asyncio.sleep(100)
    finally:
        print(name, end=" ")
        asyncio.create_task(asyncio.sleep(0))
        asyncio.get_running_loop().call_soon(print, "never")
        await asyncio.sleep(0)
        print("never")
async def stubborn():
    while True:
        try: await asyncio.sleep(100)
        except BaseException: pass
async def raises():
    try: await asyncio.Event().wait()
    finally: raise KeyError("at its end")
async def generates():
    try:
        while True: yield await asyncio.sleep(1)
    finally: await asyncio.sleep(1)
async def iterates():
    async for _ in generates(): pass
async def blocks():
    try: time.sleep(100)
    finally: print("blocks", end=" ")
async def main():
    async with asyncio.timeout(500), asyncio.TaskGroup() as group:
        for n in range(3): group.create_task(tidy(n))
        group.create_task(stubborn())
        group.create_task(raises())
        group.create_task(iterates())
        group.create_task(asyncio.to_thread(time.sleep, 100))
        failed = asyncio.gather(asyncio.wait_for(asyncio.Queue().get(), 200), asyncio.shield(tidy(3)))
        lock = asyncio.Lock()
        async with lock: await asyncio.sleep(1)
        asyncio.get_running_loop().call_later(50, print, "never")
        BLOCK
        await failed
asyncio.run(main())
"""


@pytest.mark.parametrize("block", ["", "asyncio.create_task(blocks())"], ids=["parked", "in-a-blocking-call"])
def test_a_crash_in_the_middle_closes_all_in_silence(lab: Any, capfd: Any, block: str) -> None:
    """``finally`` blocks run as far as they go without waiting; Python complains of nothing that was pending."""
    kernel = lab.kernel(step_ns=10_000)
    root = lab.write({"raft.py": LIFE.replace("BLOCK", block)})
    space = lab.space(kernel, root)
    kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
    kernel.run_until(10_000_000_000)
    kernel.kill_group(1)
    printed = "".join(lab.printed)
    assert printed == ("blocks " if block else "") + "0 1 2 3 "
    assert kernel.tasks() == []
    space.close()
    lab.close()
    gc.collect()
    assert capfd.readouterr() == ("", "")


def test_two_hundred_lives_leave_nothing_behind(lab: Any) -> None:
    """Servers crash and restart all day: what a dead one held must go with it."""
    kernel = lab.kernel(step_ns=10_000)
    root = lab.write(
        {"raft.py": LIFE.replace("BLOCK", "pass").replace("group.create_task(stubborn())", "pass")}
    )

    def live(lives: int) -> int:
        for n in range(lives):
            space = lab.space(kernel, root, group=n)
            lab._closing.pop()
            kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=n)
            kernel.run_until(kernel.now_ns + 10_000_000_000)
            kernel.kill_group(n)
            space.close()
        del space
        lab.printed.clear()
        kernel.run_until(kernel.now_ns + 1_000_000_000_000)
        gc.collect()
        return len(gc.get_objects())

    live(5)
    before = live(5)
    assert live(200) - before < 500


# -- several servers -------------------------------------------------------------


def test_loops_of_two_servers_keep_out_of_each_others_way(lab: Any) -> None:
    """asyncio keeps one running loop for the real thread, and all servers live in one."""
    source = """
        import asyncio, time
        async def main():
            loop, task = asyncio.get_running_loop(), asyncio.current_task()
            for n in range(20):
                await asyncio.sleep(0.001)
                time.sleep(0.001)  # the other loop runs in the middle of this one's callback
                assert asyncio.get_running_loop() is loop and asyncio.current_task() is task
                async for _ in numbers(): break
            await asyncio.sleep(0.1)
            print(len(asyncio.all_tasks()))
        async def numbers():
            try: yield 1
            finally:
                await asyncio.sleep(0)
                closed.append(1)
        closed = []
        asyncio.run(main())
        print(len(closed))
    """
    kernel = lab.kernel(step_ns=10_000)
    root = lab.write({"raft.py": source})
    for group in range(3):
        space = lab.space(kernel, root, group=group)
        kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=group)
    kernel.run_until(1 << 60)
    text = "".join(lab.printed)
    assert sorted(text.split()) == ["1"] * 3 + ["20"] * 3
    assert asyncio._get_running_loop() is None


# -- what is refused -------------------------------------------------------------

REFUSED = [
    "asyncio.create_subprocess_exec('ls')", "asyncio.create_subprocess_shell('ls')",
    "asyncio.open_connection('localhost', 80)", "asyncio.start_server(print, 'localhost', 80)",
    "loop.create_connection(asyncio.Protocol, 'localhost', 80)", "loop.create_server(asyncio.Protocol, port=80)",
    "loop.subprocess_exec(asyncio.SubprocessProtocol, 'ls')", "loop.getaddrinfo('localhost', 80)",
    "loop.add_signal_handler(2, print)", "loop.add_reader(0, print)", "loop.sock_connect(None, None)",
    "loop.connect_read_pipe(asyncio.Protocol, None)", "asyncio.set_event_loop_policy(object())",
    "asyncio.subprocess.create_subprocess_shell('ls')",
]  # fmt: skip


@pytest.mark.parametrize("call", REFUSED)
def test_what_reaches_outside_is_refused(lab: Any, call: str) -> None:
    """Such a run could not be repeated, and the error says it."""
    name = call.partition("(")[0].replace(
        "asyncio.subprocess.create_subprocess_shell", "loop.subprocess_shell"
    )
    source = f"""
        import asyncio
        async def main():
            loop = asyncio.get_running_loop()
            try:
                await {call}
            except PermissionError as error:
                print(str(error).partition(",")[0])
        asyncio.run(main())
    """
    assert lab.run(textwrap.dedent(source)) == f"{name} reaches past the simulated world\n"
