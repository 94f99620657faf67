"""What is a data race and what is none: small programs, each with a thing that two threads use.

``quiet`` ones order the two by something that Python offers for it; ``racy`` ones are the same with that left out, or
in the wrong place. A line with ``# here`` is one of the two places that must be told.
"""

from typing import Any

import pytest

HEADER = """
import pickle, queue, threading, time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import *

class Box:
    def __init__(self):
        self.value = 0
        self.items = []
        self.table = {}
        self.made = None

@dataclass(slots=True)
class Slotted:
    value: int = 0

def run(*bodies):
    threads = [Thread(target=body, name=body.__name__) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

"""

QUIET = {
    "lock": """
        def main():
            box, lock = Box(), Lock()
            def add():
                for _ in range(3):
                    with lock:
                        box.value += 1
                        box.items.append(box.value)
                    time.sleep(0.001)
            run(add, add)
            print(box.value, len(box.items))
    """,
    "lock-by-acquire": """
        def main():
            box, lock = Box(), Lock()
            def add():
                lock.acquire()
                try:
                    box.value += 1
                finally:
                    lock.release()
            run(add, add)
            print(box.value)
    """,
    "lock-tried-until-free": """
        def main():
            box, lock = Box(), Lock()
            def add():
                while not lock.acquire(timeout=0.001):
                    pass
                box.value += 1
                time.sleep(0.003)
                box.value += 1
                lock.release()
            run(add, add)
            print(box.value)
    """,
    "rlock-taken-twice": """
        def main():
            box, lock = Box(), RLock()
            def add():
                with lock:
                    with lock:
                        box.value += 1
                    time.sleep(0.001)
                    box.value += 1
            run(add, add)
            print(box.value)
    """,
    "lock-as-a-signal": """
        def main():
            box, signal = Box(), Lock()
            signal.acquire()
            def write():
                box.value = 1
                signal.release()
            def read():
                signal.acquire()
                print(box.value)
            run(write, read)
    """,
    "condition": """
        def main():
            box, changed = Box(), Condition()
            def write():
                time.sleep(0.001)
                with changed:
                    box.items.append(1)
                    changed.notify()
            def read():
                with changed:
                    while not box.items:
                        changed.wait()
                    print(box.items.pop())
            run(write, read)
    """,
    "condition-on-a-lock-of-its-own": """
        def main():
            box, lock = Box(), Lock()
            changed, other = Condition(lock), Condition(lock)
            def write():
                with other:
                    box.value = 1
                    changed.notify_all()
            def read():
                with changed:
                    changed.wait_for(lambda: box.value)
                print("seen")
                with lock:
                    print(box.value)
            run(write, read)
    """,
    "event": """
        def main():
            box, ready = Box(), Event()
            def write():
                time.sleep(0.001)
                box.value = 1
                ready.set()
            def read():
                ready.wait()
                print(box.value)
            run(write, read)
    """,
    "event-that-was-set-before": """
        def main():
            box, ready = Box(), Event()
            def write():
                box.value = 1
                ready.set()
            def read():
                time.sleep(0.001)
                ready.wait()
                print(box.value)
            run(write, read)
    """,
    "event-that-is-polled": """
        def main():
            box, ready = Box(), Event()
            def write():
                time.sleep(0.002)
                box.value = 1
                ready.set()
            def read():
                while not ready.is_set():
                    time.sleep(0.001)
                print(box.value)
            run(write, read)
    """,
    "event-that-two-set": """
        def main():
            box, other, ready = Box(), Box(), Event()
            def write():
                box.value = 1
                ready.set()
            def write_other():
                other.value = 1
                ready.set()
            def read():
                time.sleep(0.01)
                ready.wait()
                print(box.value, other.value)
            run(write, write_other, read)
    """,
    "semaphore": """
        def main():
            box, count = Box(), Semaphore(0)
            def write():
                box.value = 1
                count.release()
            def read():
                count.acquire()
                print(box.value)
            run(write, read)
    """,
    "bounded-semaphore-as-a-lock": """
        def main():
            box, one = Box(), BoundedSemaphore(1)
            def add():
                with one:
                    box.value += 1
                    time.sleep(0.001)
            run(add, add)
            print(box.value)
    """,
    "barrier": """
        def main():
            box, both = Box(), Barrier(2)
            def write():
                box.value = 1
                both.wait()
            def read():
                both.wait()
                print(box.value)
            run(write, read)
    """,
    "queue": """
        def main():
            boxes = queue.Queue()
            def write():
                box = Box()
                box.value = 1
                boxes.put(box)
            def read():
                box = boxes.get()
                box.value += 1
                print(box.value)
            run(write, read)
    """,
    "simple-queue": """
        def main():
            boxes = queue.SimpleQueue()
            def write():
                box = Box()
                box.items.append(1)
                boxes.put(box)
            def read():
                print(boxes.get().items.pop())
            run(write, read)
    """,
    "thread-start": """
        def main():
            box = Box()
            box.value = 1
            def read():
                box.value += 1
                print(box.value)
            Thread(target=read).start()
    """,
    "thread-join": """
        def main():
            box = Box()
            def write():
                time.sleep(0.001)
                box.value = 1
            thread = Thread(target=write)
            thread.start()
            thread.join()
            box.value += 1
            print(box.value)
    """,
    "thread-join-after-its-end": """
        def main():
            box = Box()
            def write():
                box.value = 1
            thread = Thread(target=write)
            thread.start()
            time.sleep(0.01)
            thread.join()
            print(box.value)
    """,
    "thread-found-dead": """
        def main():
            box = Box()
            def write():
                box.value = 1
            thread = Thread(target=write)
            thread.start()
            while thread.is_alive():
                time.sleep(0.001)
            print(box.value)
    """,
    "timer": """
        def main():
            box = Box()
            box.value = 1
            def read():
                box.value += 1
            timer = Timer(0.01, read)
            timer.start()
            timer.join()
            print(box.value)
    """,
    "future": """
        def main():
            box = Box()
            box.value = 1
            def add():
                box.value += 1
                return box
            with ThreadPoolExecutor(2) as pool:
                print(pool.submit(add).result().value)
                print(pool.submit(add).result().value)
    """,
    "future-with-a-callback": """
        def main():
            box, ready = Box(), Event()
            def add():
                box.value += 1
            def done(future):
                box.value += 1
                ready.set()
            with ThreadPoolExecutor(2) as pool:
                pool.submit(add).add_done_callback(done)
                ready.wait()
                print(box.value)
    """,
    "read-by-all-after-a-start": """
        def main():
            box = Box()
            box.items = [1, 2]
            def read():
                for item in box.items:
                    print(item, box.value)
            run(read, read)
    """,
    "each-its-own": """
        def main():
            def work():
                box = Box()
                box.items += [1]
                box.items.extend([2])
                del box.items[0]
                print(box.items)
            run(work, work)
    """,
    "an-attribute-said-to-be-atomic": """
        class Server:
            def __init__(self):
                self.__dead = False  # atomic: set once, by whoever comes first
            def end(self):
                self.__dead = True
            def look(self):
                while not self.__dead:
                    time.sleep(0.001)
                print("dead")

        def main():
            server = Server()
            run(server.look, server.end)
    """,
    "event-loop-and-a-thread-of-its-own": """
        import asyncio

        def main():
            box = Box()
            def work():
                box.value += 1
                return box
            async def ask():
                box.value += 1
                made = await asyncio.to_thread(work)
                made.value += 1
                print(box.value)
            asyncio.run(ask())
    """,
    "event-loop-that-a-thread-calls": """
        import asyncio

        def main():
            box = Box()
            async def serve():
                loop, done = asyncio.get_running_loop(), asyncio.Event()
                def work():
                    box.value = 1
                    loop.call_soon_threadsafe(take)
                def take():
                    box.value += 1
                    done.set()
                Thread(target=work).start()
                for _ in range(20):
                    await asyncio.sleep(0)
                await done.wait()
                print(box.value)
            asyncio.run(serve())
    """,
    "copied-with-all-its-cycles": """
        import copy

        def main():
            box, lock = Box(), Lock()
            box.items = [Box() for _ in range(30)]
            for item in box.items:
                item.items = box.items
            def copy_it():
                with lock:
                    copy.deepcopy(box)
            def write():
                with lock:
                    box.items[3].value += 1
            run(copy_it, write)
            print("ends")
    """,
    "an-attribute-that-is-computed": """
        class Odd:
            def __init__(self):
                self.calls = []
            def __getattr__(self, name):
                raise ValueError(name)
            @property
            def size(self):
                return 3

        def main():
            odd = Odd()
            odd.n = 1
            odd.n += odd.size
            try:
                odd.missing += 1
            except ValueError as error:
                print(error)
    """,
    "variables-under-a-lock": """
        total = 0

        def main():
            votes, lock = 1, Lock()
            def ask():
                nonlocal votes
                global total
                with lock:
                    votes += 1
                    total = total + 1
            run(ask, ask)
            print(votes, total)
    """,
    "variables-of-the-same-name": """
        import functools

        def main():
            n, ready = 0, Event()
            def step():
                nonlocal n
                n += 1
                ready.set()
            def work():
                print([n for n in range(2)], (lambda n: n)(3), {n: n for n in (1,)})
                @functools.cache
                def own():
                    n = 7
                    return n
                print(own())
            run(step, work)
            ready.wait()
    """,
    "variables-of-each-call-its-own": """
        def main():
            def work():
                n = 0
                def step():
                    nonlocal n
                    n += 1
                    return [n for _ in range(2)]
                step()
                print(step(), n)
            def other(n=5):
                n += 1
                print(n)
            run(work, work, other)
    """,
    "thread-local": """
        def main():
            mine = local()
            def work():
                mine.items = []
                mine.items.append(1)
                print(len(mine.items))
            run(work, work)
    """,
}

RACY = {
    "variable-of-the-function-outside": (
        "Variables.votes",
        """
        def main():
            votes = 1
            def ask():
                nonlocal votes
                time.sleep(0.001)
                votes += 1  # here
            run(ask, ask)
        """,
    ),
    "variable-that-others-wait-for": (
        "Variables.done",
        """
        def main():
            def inner():
                "Two functions deep."
                done = False
                def set_it():
                    def set_it_now():
                        nonlocal done
                        done = True  # here
                    set_it_now()
                def look():
                    return 1 if done else 0  # here
                run(look, set_it)
            inner()
        """,
    ),
    "global-variable": (
        "Variables.",
        """
        count = 0

        def main():
            def add():
                global count
                count = count + 1  # here
            run(add, add)
        """,
    ),
    "counter": (
        "Box.value",
        """
        def main():
            box = Box()
            def add():
                box.value += 1  # here
                time.sleep(0.001)
            run(add, add)
        """,
    ),
    "one-of-two-locks": (
        "Box.value",
        """
        def main():
            box, lock = Box(), Lock()
            def add():
                with lock:
                    box.value += 1  # here
            def peek():
                time.sleep(0.01)
                print(box.value)  # here
            run(add, peek)
        """,
    ),
    "two-different-locks": (
        "Box.value",
        """
        def main():
            box, one, other = Box(), Lock(), Lock()
            def add():
                with one:
                    box.value += 1  # here
            def subtract():
                with other:
                    box.value -= 1  # here
            run(add, subtract)
        """,
    ),
    "check-then-act": (
        "Box.made",
        """
        def main():
            box = Box()
            def get():
                if box.made is None:  # here
                    box.made = object()  # here
            run(get, get)
        """,
    ),
    "list-appended-and-counted": (
        "list box.items",
        """
        def main():
            box = Box()
            def write():
                box.items.append(1)  # here
            def read():
                time.sleep(0.001)
                print(len(box.items))  # here
            run(write, read)
        """,
    ),
    "list-extended-in-place": (
        "list",
        """
        def main():
            box = Box()
            items = box.items
            def write():
                items.extend([1])  # here
            def read():
                print(sorted(items))  # here
            run(write, read)
        """,
    ),
    "dict-items": (
        "dict box.table",
        """
        def main():
            box = Box()
            def write():
                box.table["a"] = 1  # here
            def read():
                for key in box.table:  # here
                    print(key)
            run(write, read)
        """,
    ),
    "item-deleted-and-looked-for": (
        "dict",
        """
        def main():
            table = {"a": 1}
            def write():
                del table["a"]  # here
            def read():
                print("a" in table)  # here
            run(write, read)
        """,
    ),
    "deque": (
        "deque",
        """
        def main():
            jobs = deque()
            def write():
                jobs.append(1)  # here
            def read():
                while jobs:  # here
                    pass
            run(read, write)
        """,
    ),
    "event-set-too-soon": (
        "Box.value",
        """
        def main():
            box, ready = Box(), Event()
            def write():
                ready.set()
                box.value = 1  # here
            def read():
                ready.wait()
                print(box.value)  # here
            run(write, read)
        """,
    ),
    "queue-that-was-handed-over-too-soon": (
        "Box.value",
        """
        def main():
            boxes = queue.Queue()
            def write():
                box = Box()
                boxes.put(box)
                box.value = 1  # here
            def read():
                print(boxes.get().value)  # here
            run(write, read)
        """,
    ),
    "written-after-the-start": (
        "Box.value",
        """
        def main():
            box = Box()
            def read():
                print(box.value)  # here
            thread = Thread(target=read)
            thread.start()
            box.value = 1  # here
            thread.join()
        """,
    ),
    "read-before-the-join": (
        "Box.value",
        """
        def main():
            box = Box()
            def write():
                box.value = 1  # here
            thread = Thread(target=write)
            thread.start()
            time.sleep(0.01)
            print(box.value)  # here
            thread.join()
        """,
    ),
    "slots": (
        "Slotted.value",
        """
        def main():
            slotted = Slotted()
            def write():
                slotted.value = 1  # here
            run(write, write)
        """,
    ),
    "private-names": (
        "Server._Server__term",
        """
        class Server:
            def __init__(self):
                self.__term = 0
            def step(self):
                self.__term += 1  # here

        def main():
            server = Server()
            run(server.step, server.step)
        """,
    ),
    "a-list-of-its-own": (
        "Log",
        """
        class Log(list):
            pass

        def main():
            log = Log()
            def write():
                log.append(1)  # here
            def read():
                print(log[-1:])  # here
            run(write, read)
        """,
    ),
    "encoded-by-a-library": (
        "list",
        """
        def main():
            box = Box()
            def write():
                box.items.append(1)  # here
            def save():
                pickle.dumps((1, box.items))  # here
            run(write, save)
        """,
    ),
    "newest-item-of-a-long-list-that-is-encoded": (
        "Slotted.value",
        """
        def main():
            log = [Slotted(n) for n in range(3000)]
            def write():
                log[-1].value = 1  # here
            def save():
                pickle.dumps({"log": log})  # here
            run(write, save)
        """,
    ),
    "votes-in-a-closure": (
        "list votes",
        """
        def main():
            votes = [1]
            def ask():
                time.sleep(0.001)
                votes[0] += 1  # here
            run(ask, ask)
        """,
    ),
}


def source_of(program: str) -> str:
    """A whole module."""
    import textwrap

    return HEADER + textwrap.dedent(program) + "\nmain()\n"


@pytest.mark.parametrize("seed", ["1", "2", "3"])
@pytest.mark.parametrize("program", QUIET.values(), ids=QUIET)
def test_what_is_ordered_is_no_race(lab: Any, program: str, seed: str) -> None:
    """Whatever Python offers to order two threads orders them here, also when they are interrupted."""
    assert lab.races(source_of(program), seed=seed, is_interrupted=True) == []
    assert lab.printed  # it came to its end


@pytest.mark.parametrize(("what", "program"), RACY.values(), ids=RACY)
def test_what_nothing_orders_is_a_race(lab: Any, what: str, program: str) -> None:
    """Found although nobody was interrupted, and told with both places."""
    source = source_of(program)
    races = lab.races(source)
    assert races
    race = races[0]
    name = f"{type(race.obj).__name__}"
    name += f".{race.attribute}" if race.attribute else f" {race.later.place.text}"
    assert what in name
    here = {number for number, line in enumerate(source.splitlines(), 1) if "# here" in line}
    assert {race.earlier.place.line, race.later.place.line} == here
    assert race.earlier.task is not race.later.task
    assert race.wrote_earlier or race.wrote_later
