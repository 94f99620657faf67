"""Who hunts: a few threads, each with a runner child of its own, which take hunts as they become free."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from threading import Event

from raftkit.runner.parent import RunnerChild, Stopped
from raftkit.zoo.hunt import Hunt
from raftkit.zoo.matrix import Cell
from raftkit.zoo.record import Record


class Keepers:
    """Hunts with so many runner children at a time."""

    def __init__(self, jobs: int, record: Record) -> None:
        self._jobs = jobs
        self._record = record
        self._ends = Event()

    def hunt(self, hunts: Sequence[Hunt], on_end: Callable[[Hunt, Cell], None]) -> None:
        """Hunt them all; ``on_end`` hears of each, in the thread that hunted. The first error ends all others' work.

        Raises:
            ContractError: A mutant cannot be plugged in.
            OSError: What came of a run cannot be written down.
            KeyboardInterrupt: Somebody wants an end; the runs under way are given up.
        """
        todo: SimpleQueue[Hunt] = SimpleQueue()
        for hunt in hunts:
            todo.put(hunt)
        with ThreadPoolExecutor(min(self._jobs, max(1, len(hunts)))) as pool:
            keepers = [pool.submit(self._keep, todo, on_end) for _ in range(self._jobs)]
            try:
                wait(keepers)
            finally:
                self._ends.set()
        for keeper in keepers:
            keeper.result()

    def _keep(self, todo: "SimpleQueue[Hunt]", on_end: Callable[[Hunt, Cell], None]) -> None:
        child = RunnerChild(self._ends.is_set)
        try:
            while not self._ends.is_set():
                hunt = todo.get_nowait()
                on_end(hunt, hunt.run(child, self._record))
        except (Empty, Stopped):
            pass
        except BaseException:
            self._ends.set()
            raise
        finally:
            child.close()
