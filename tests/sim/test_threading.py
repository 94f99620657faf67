"""``threading`` and its kin in virtual time, held against the real ones.

Each row is a small program. It runs with Python's own threads and with ours, and must print the same.
"""

import io
import itertools
import sys
import textwrap
import threading
from contextlib import redirect_stdout
from random import Random
from typing import Any
from unittest.mock import patch

import pytest

from raftkit.sim import make_locks

HEADER = """
import queue, threading, time
from threading import *

def attempt(fn, *args, **kwargs):
    try:
        print(fn(*args, **kwargs))
    except BaseException as error:
        print(type(error).__name__, error)

def run(*bodies):
    threads = [Thread(target=body) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
"""

PROGRAMS = {
    # -- Lock
    "lock-states": """
        lock = Lock()
        print(lock.locked(), lock.acquire(), lock.locked(), lock.acquire(False), lock.release(), lock.locked())
        with lock as held:
            print(held, lock.locked(), lock.acquire(blocking=False), lock.acquire(timeout=0.001))
        print(lock.locked())
    """,
    "lock-released-by-another-thread": """
        lock = Lock()
        lock.acquire()
        run(lock.release)
        print(lock.locked(), lock.acquire(timeout=0.01))
    """,
    "lock-errors": """
        lock = Lock()
        attempt(lock.release)
        attempt(lock.acquire, False, 5)
        attempt(lock.acquire, True, -5)
        attempt(lock.acquire, True, float("nan"))
        attempt(lock.acquire, timeout=None) if False else None
        attempt(lock.acquire, False, -1)
        attempt(Lock, 1) if False else None
        print(lock.locked())
    """,
    "lock-error-inside-with-releases": """
        lock = Lock()
        try:
            with lock:
                1 / 0
        except ZeroDivisionError:
            print(lock.locked())
    """,
    "lock-excludes": """
        lock, inside, most = Lock(), [0], [0]
        def body():
            for _ in range(3):
                with lock:
                    inside[0] += 1
                    most[0] = max(most[0], inside[0])
                    time.sleep(0.001)
                    inside[0] -= 1
        run(body, body, body)
        print(most)
    """,
    "lock-cannot-be-pickled-or-copied": """
        import copy, pickle
        for thing in Lock(), RLock(), Condition(), Event():
            attempt(pickle.dumps, thing)
            attempt(copy.deepcopy, thing)
            attempt(copy.copy, thing) if isinstance(thing, type(Lock())) else None
    """,
    "lock-can-be-referred-to-weakly": """
        import weakref
        for thing in Lock(), RLock(), Condition(), Event(), Thread():
            print(weakref.ref(thing)() is thing, hash(thing) == hash(thing), thing == thing, thing != object())
    """,
    # -- RLock
    "rlock-counts": """
        lock = RLock()
        print(lock.acquire(), lock.acquire(), lock.acquire(False))
        def other():
            print(lock.acquire(False), lock.acquire(timeout=0.001))
            attempt(lock.release)
        run(other)
        lock.release(); lock.release()
        run(other)
        lock.release()
        attempt(lock.release)
        run(lambda: print(lock.acquire(False)))
    """,
    # -- Condition
    "condition-needs-its-lock": """
        for condition in Condition(), Condition(Lock()), Condition(RLock()):
            attempt(condition.wait)
            attempt(condition.notify)
            attempt(condition.notify_all)
            attempt(condition.release)
    """,
    "condition-times-out-with-its-lock": """
        condition = Condition()
        with condition:
            with condition:
                print(condition.wait(0.001), condition.wait(0), condition.wait(-1))
                run(lambda: print(condition.acquire(False)))
        run(lambda: print(condition.acquire(False)))
    """,
    "condition-gives-up-all-of-a-nested-rlock": """
        condition = Condition()
        def waker():
            with condition:
                print("inside")
                condition.notify()
        with condition, condition:
            thread = Thread(target=waker)
            thread.start()
            print(condition.wait(5))
        thread.join()
    """,
    "condition-notify-one-and-all": """
        condition, woken = Condition(), []
        def waiter():
            with condition:
                waiting.append(1)
                condition.wait()
                woken.append(1)
        waiting = []
        threads = [Thread(target=waiter) for _ in range(5)]
        for thread in threads: thread.start()
        while len(waiting) < 5: time.sleep(0.001)
        for count in (1, 2):
            with condition: condition.notify(count)
            time.sleep(0.02)
            print(len(woken))
        with condition: condition.notify_all()
        for thread in threads: thread.join()
        print(len(woken))
    """,
    "condition-wait-for": """
        condition, calls = Condition(), []
        def never():
            calls.append(1)
            return False
        with condition:
            print(condition.wait_for(lambda: 7), condition.wait_for(never, timeout=0), len(calls))
            print(condition.wait_for(never, timeout=-1), len(calls))
            print(condition.wait_for(never, timeout=0.002), len(calls))
            print(condition.wait_for(lambda: [], timeout=0.001))
        flag = []
        def setter():
            time.sleep(0.005)
            with condition:
                flag.append("set")
                condition.notify_all()
        Thread(target=setter).start()
        with condition: print(condition.wait_for(lambda: flag, timeout=5))
    """,
    "conditions-share-a-lock": """
        lock = Lock()
        full, empty, items, seen = Condition(lock), Condition(lock), [], []
        def producer():
            for item in range(5):
                with lock:
                    while items: empty.wait()
                    items.append(item)
                    full.notify()
        def consumer():
            for _ in range(5):
                with lock:
                    while not items: full.wait()
                    seen.append(items.pop())
                    empty.notify()
        run(producer, consumer)
        print(seen)
    """,
    "condition-over-ones-own-lock": """
        class Own:
            def __init__(self): self.inner = Lock()
            def acquire(self, *args): return self.inner.acquire(*args)
            def release(self): return self.inner.release()
            def __enter__(self): return self.acquire()
            def __exit__(self, *exc): self.release()
        condition = Condition(Own())
        with condition: print(condition.wait(0.001))
        attempt(condition.wait)
    """,
    # -- Event
    "event": """
        event = Event()
        print(event.is_set(), event.wait(0), event.wait(0.001), event.wait(-1))
        event.set()
        print(event.is_set(), event.wait(), event.wait(0))
        event.clear()
        got = []
        threads = [Thread(target=lambda: got.append(event.wait(5))) for _ in range(3)]
        for thread in threads: thread.start()
        time.sleep(0.005)
        event.set(); event.clear()
        for thread in threads: thread.join()
        print(got, event.is_set())
    """,
    # -- Semaphore
    "semaphore": """
        semaphore = Semaphore(2)
        print(semaphore.acquire(), semaphore.acquire(False), semaphore.acquire(False), semaphore.acquire(timeout=0.001))
        semaphore.release(2)
        with semaphore as inside: print(inside)
        attempt(Semaphore, -1)
        attempt(semaphore.release, 0)
        attempt(semaphore.acquire, False, 1)
        bounded = BoundedSemaphore(1)
        attempt(bounded.release)
        bounded.acquire(); bounded.release()
        attempt(bounded.release)
    """,
    # -- Barrier
    "barrier": """
        done = []
        barrier = Barrier(3, action=lambda: done.append("action"))
        got = []
        run(*[lambda: got.append(barrier.wait()) for _ in range(3)])
        print(sorted(got), done, barrier.parties, barrier.n_waiting, barrier.broken)
        attempt(Barrier(2).wait, 0.001)
        broken = Barrier(2)
        broken.abort()
        attempt(broken.wait)
        broken.reset()
        run(broken.wait, broken.wait)
        print(broken.broken, BrokenBarrierError.__mro__[1].__name__)
    """,
    # -- Timer, local
    "timer": """
        fired = []
        timer = Timer(0.002, lambda *args, **kwargs: fired.append((args, kwargs)), [1], {"two": 2})
        timer.start(); timer.join()
        cancelled = Timer(0.002, fired.append, ["never"])
        cancelled.start(); cancelled.cancel(); cancelled.join()
        print(fired, timer.is_alive(), cancelled.finished.is_set())
    """,
    "local": """
        class Mine(local):
            kind = "class"
            def __init__(self, start): self.value = start
        data, mine = local(), Mine(10)
        data.x = "main"
        def body():
            print(hasattr(data, "x"))
            data.x = "thread"
            mine.value += 1
            print(data.x, mine.value, mine.kind, sorted(mine.__dict__))
        run(body); run(body)
        print(data.x, mine.value)
        del data.x
        print(hasattr(data, "x"))
    """,
    # -- Thread
    "thread-life": """
        gate = Event()
        def body(a, b=0): gate.wait(); print("ran", a, b)
        thread = Thread(target=body, args=(1,), kwargs={"b": 2}, name="worker")
        print(thread.name, thread.is_alive(), thread.ident, thread.daemon, repr(thread))
        thread.start()
        print(thread.is_alive(), thread.ident == thread.ident, thread in threading.enumerate(), active_count())
        print(thread.join(0.0001), thread.is_alive())
        gate.set()
        thread.join(); thread.join(); thread.join(0)
        print(thread.is_alive(), thread in threading.enumerate(), active_count())
    """,
    "thread-errors": """
        thread = Thread(target=time.sleep, args=(0.005,))
        attempt(thread.join)
        thread.start()
        attempt(thread.start)
        thread.join()
        attempt(thread.start)
        run(lambda: attempt(current_thread().join))
        attempt(Thread, 5)
        attempt(current_thread().join)
        class Forgetful(Thread):
            def __init__(self): pass
        attempt(Forgetful().start)
        def set_daemon(): current_thread().daemon = True
        run(lambda: attempt(set_daemon))
    """,
    "thread-names": """
        def body(): print(current_thread().name)
        class Own(Thread):
            def run(self): print(self.name, current_thread() is self)
        for thread in Thread(target=body), Own(), Own(name="own"), Thread(target=print, args=("x",)), Thread(name=5):
            print(thread.name, thread.getName() if False else "")
            thread.start(); thread.join()
        thread.name = "renamed"
        print(thread.name)
    """,
    "thread-daemon-is-inherited": """
        def body():
            print(current_thread().daemon, Thread().daemon, Thread(daemon=False).daemon)
        for daemon in (True, False, None):
            thread = Thread(target=body, daemon=daemon)
            thread.start(); thread.join()
    """,
    "thread-system-exit-is-silent": """
        import sys
        def body(): sys.exit(3)
        thread = Thread(target=body)
        thread.start(); thread.join()
        print(thread.is_alive())
    """,
    "thread-excepthook": """
        def hook(args):
            print(args.exc_type.__name__, args.exc_value, args.thread.name, args.exc_traceback is not None)
        threading.excepthook = hook
        def body(): raise ValueError("broken")
        thread = Thread(target=body, name="t"); thread.start(); thread.join()
        threading.excepthook = threading.__excepthook__
    """,
    "thread-identity": """
        seen = []
        def body(): seen.append((get_ident() == current_thread().ident, current_thread() is main_thread()))
        run(body)
        print(seen, main_thread().is_alive(), main_thread().name, type(get_ident()).__name__, get_native_id() > 0)
        attempt(main_thread().start)
    """,
    "thread-run-forgets-its-target": """
        thread = Thread(target=lambda: None); thread.start(); thread.join()
        print(hasattr(thread, "_target"))
    """,
    # -- queue
    "queue": """
        q = queue.Queue(maxsize=2)
        print(q.empty(), q.put(1), q.put_nowait(2), q.full(), q.qsize())
        attempt(q.put_nowait, 3); attempt(q.put, 3, True, 0.001); attempt(q.put, 3, timeout=-1)
        print(q.get(), q.get_nowait())
        attempt(q.get_nowait); attempt(q.get, timeout=0.001); attempt(q.get, timeout=-1)
        q.task_done(); q.task_done(); q.join()
        attempt(q.task_done)
        for kind in queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue:
            q = kind()
            for item in (2, 3, 1): q.put(item)
            print([q.get() for _ in range(3)], q.empty(), q.qsize())
            attempt(q.get, timeout=0.001); attempt(q.get, False)
    """,
    "queue-across-threads": """
        for q in queue.Queue(2), queue.SimpleQueue():
            seen = []
            def producer():
                for item in range(10): q.put(item)
                q.put(None)
            def consumer():
                while (item := q.get()) is not None: seen.append(item)
            run(producer, consumer)
            print(seen)
    """,
    # -- concurrent.futures
    "futures": """
        from concurrent.futures import (FIRST_COMPLETED, CancelledError, Future, ThreadPoolExecutor, TimeoutError,
                                        as_completed, wait)
        def work(n):
            time.sleep(n / 500)
            if n == 3: raise ValueError("three")
            return n * n
        with ThreadPoolExecutor(max_workers=4, thread_name_prefix="pool") as pool:
            print(list(pool.map(work, [2, 1, 0])))
            futures = {pool.submit(work, n): n for n in (4, 0, 2)}
            print([futures[done] for done in as_completed(futures)])
            bad = pool.submit(work, 3)
            attempt(bad.result)
            print(type(bad.exception()).__name__, bad.done())
            slow = pool.submit(time.sleep, 0.05)
            attempt(slow.result, timeout=0.001)
            done, left = wait([slow, pool.submit(work, 0)], return_when=FIRST_COMPLETED)
            print(len(done), len(left))
            print(pool.submit(lambda: current_thread().name.split("_")[0]).result())
            got = []
            pool.submit(work, 2).add_done_callback(lambda future: got.append(future.result()))
        print(got)
        attempt(pool.submit, work, 1)
        one = ThreadPoolExecutor(1)
        blocker, waiting = one.submit(time.sleep, 0.01), one.submit(work, 1)
        print(waiting.cancel(), waiting.cancelled())
        attempt(waiting.result)
        one.shutdown(wait=True, cancel_futures=True)
        print(blocker.done())
    """,
    # -- time, sched, _thread
    "sleep-errors": """
        attempt(time.sleep, -1)
        attempt(time.sleep, float("nan"))
        attempt(lambda: time.sleep("x")) if False else None
        print(time.sleep(0), time.sleep(0.0), time.sleep(True) if False else None)
    """,
    "sched": """
        import sched
        scheduler, order = sched.scheduler(time.monotonic, time.sleep), []
        for delay, priority, name in ((0.004, 1, "c"), (0.002, 2, "b"), (0.002, 1, "a")):
            scheduler.enter(delay, priority, order.append, (name,))
        scheduler.run()
        print(len(order), order[-1], scheduler.empty())
    """,
    "low-level-threads": """
        import _thread
        lock, seen = _thread.allocate_lock(), []
        lock.acquire()
        def body(a, b=0):
            seen.append((a, b))
            lock.release()
            _thread.exit()
        print(type(_thread.start_new_thread(body, (1,), {"b": 2})).__name__)
        lock.acquire()
        print(seen, isinstance(lock, _thread.LockType), _thread.error)
    """,
    "import-star": """
        print(sorted(threading.__all__) == sorted(name for name in threading.__all__ if name in globals()))
    """,
}


def _real(source: str) -> str:
    text = io.StringIO()
    hook, threading.excepthook = threading.excepthook, threading.__excepthook__  # pytest has its own
    try:
        with redirect_stdout(text), patch.object(threading, "_counter", itertools.count(1).__next__):
            exec(compile(source, "program.py", "exec"), {"__name__": "program"})
    finally:
        threading.excepthook = hook
    return text.getvalue()


def _indented(program: str) -> str:
    return HEADER + textwrap.dedent(program)


@pytest.mark.parametrize("name", PROGRAMS)
def test_behaves_as_real_threads_do(lab: Any, name: str) -> None:
    """Implementations are written for Python, not for us."""
    source = _indented(PROGRAMS[name])
    ours = lab.run(source)
    # Real threads on a busy machine may miss a sleep of a few milliseconds: they get another chance.
    assert any(_real(source) == ours for _ in range(10)), f"ours:\n{ours}\nreal:\n{_real(source)}"


@pytest.mark.skipif(sys.version_info < (3, 13), reason="queues can be shut down since 3.13")
def test_queue_shutdown_behaves_as_real_queues_do(lab: Any) -> None:
    """The newest part of ``queue`` runs from its own source too."""
    source = _indented(
        """
        q = queue.Queue()
        q.put(1); q.shutdown()
        attempt(q.put, 2); print(q.get()); attempt(q.get)
        """
    )
    assert lab.run(source) == _real(source)


TIMES = """
import queue, threading, time
from concurrent.futures import ThreadPoolExecutor, TimeoutError

def timed(fn, *args, **kwargs):
    before = time.monotonic_ns()
    try:
        fn(*args, **kwargs)
    except Exception as error:
        print(type(error).__name__, end=" ")
    print((time.monotonic_ns() - before) // 1_000_000, end=" ")

held, condition, event = threading.Lock(), threading.Condition(), threading.Event()
held.acquire()
timed(time.sleep, 0.25)
timed(held.acquire, timeout=0.2)
timed(event.wait, 0.3)
with condition:
    timed(condition.wait, 1.5)
    timed(condition.wait_for, lambda: False, 2)
timed(queue.Queue().get, timeout=0.5)
timed(queue.SimpleQueue().get, timeout=0.4)
timed(threading.Semaphore(0).acquire, timeout=0.1)
timed(threading.Barrier(2).wait, 0.7)
thread = threading.Thread(target=time.sleep, args=(3,))
thread.start()
timed(thread.join, 1)
timed(thread.join)
with ThreadPoolExecutor() as pool:
    timed(pool.submit(time.sleep, 2).result, 0.6)
timer = threading.Timer(1.25, lambda: None)
timer.start()
timed(timer.join)
"""


def test_time_outs_are_virtual_and_exact(lab: Any) -> None:
    """Waiting costs no real time, and ends at its moment (a step's cost later at most)."""
    assert lab.run(TIMES) == (
        "250 200 300 1500 2000 Empty 500 Empty 400 100 BrokenBarrierError 700 1000 2000 TimeoutError 600 1250 "
    )


def test_a_lock_tells_who_holds_it_and_where_it_was_taken(lab: Any) -> None:
    """A deadlock report is a story: thread, file and line."""
    lab.run(
        """
        import threading, time
        lock, rlock, condition = threading.Lock(), threading.RLock(), threading.Condition()
        def ticker():
            lock.acquire()
            with rlock, condition:
                time.sleep(100)
        threading.Thread(target=ticker, name="ticker").start()
        time.sleep(1)
        for held in lock, rlock, condition._lock:
            print(held.held_by().replace(__file__, "raft.py"))
        """
    )
    lines = "".join(lab.printed).splitlines()
    assert lines == [
        "thread 'ticker', taken in ticker at raft.py:5",
        "thread 'ticker', taken in ticker at raft.py:6",
        "thread 'ticker', taken in ticker at raft.py:6",
    ]


def test_an_uncaught_exception_in_a_thread_is_told_with_the_threads_name(lab: Any) -> None:
    """A thread that dies in silence is the hardest bug to find."""
    lab.run("import threading\nthreading.Thread(target=lambda: 1 / 0, name='ticker').start()")
    [(name, error)] = lab.errors
    lab.errors.clear()
    assert name == "ticker"
    assert isinstance(error, ZeroDivisionError)


def test_waiters_of_a_lock_are_woken_in_a_seeded_order(lab: Any) -> None:
    """Real locks promise no order; each seed shows another one, and always the same."""
    source = """
        import threading, time
        lock, order = threading.Lock(), []
        def body(n):
            with lock: order.append(n)
        with lock:
            for n in range(6): threading.Thread(target=body, args=(n,)).start()
            time.sleep(1)
        time.sleep(1)
        print(order)
    """
    runs = [lab.run(source, seed=str(seed)) for seed in (1, 1, 2, 3, 4)]
    assert runs[0] == runs[1]
    assert len(set(runs)) > 2


def test_a_killed_thread_passes_its_wake_up_on(lab: Any) -> None:
    """The lock is free and its next owner was chosen: when that one dies, another must be woken."""
    kernel = lab.kernel()
    lock = make_locks(kernel, Random(1)).Lock()
    got: list[str] = []

    def body(name: str) -> None:
        with lock:
            got.append(name)
            kernel.sleep(1_000)

    holder = kernel.spawn(body, "holder", name="holder")
    kernel.run_until(1)
    waiters = [kernel.spawn(body, name, name=name) for name in ("a", "b")]
    kernel.run_until(2)
    lock.owner = None  # released a moment ago: one of the two was woken
    chosen = lock.waiters.pop(0)
    kernel.wake(chosen)
    kernel.kill(chosen)
    kernel.kill(holder)
    kernel.run_until(5_000)
    assert got[1:] == [task.name for task in waiters if task is not chosen]


def test_a_dying_thread_takes_no_lock_with_it(lab: Any) -> None:
    """The end of a thread in ``wait`` must not wait for the lock, nor complain of its absence."""
    kernel = lab.kernel()
    root = lab.write(
        {
            "raft.py": """
                import threading, time
                lock = threading.Lock()
                condition, own = threading.Condition(lock), threading.Condition()
                def waiter(condition):
                    with condition:
                        try:
                            condition.wait()
                        finally:
                            condition.notify_all()
                for c in (condition, own):
                    threading.Thread(target=waiter, args=(c,)).start()
                time.sleep(1)
                lock.acquire()
                time.sleep(100)
            """
        }
    )
    space = lab.space(kernel, root)
    kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
    kernel.run_until(2_000_000_000)
    assert len(kernel.tasks()) == 3
    kernel.kill_group(1)
    assert not kernel.tasks()
