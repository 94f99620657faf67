"""The client's side: connects to a scheduler, sends bundles and work, and takes what comes back."""

import contextlib
import logging
import queue
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Self, TypeVar

from raftkit.farm.bundle import Bundle
from raftkit.farm.engine import Engine, FarmError, engine, refuse_another

CONNECT_SECONDS = 5.0
"""How long a scheduler may take to answer, and then the first worker to be there."""
PATIENCE_SECONDS = 60.0
"""How long there may be no worker at all: a nanny starts a new one within seconds."""
LOOK_SECONDS = 0.25
AHEAD = 4
"""Pieces of work that are given out for each thread of a worker, the one under way included."""
MOST_ANSWER_BYTES = 1 << 30

_Task = TypeVar("_Task")
Work = Callable[[Bundle, Any], bytes]
"""A function of a module that workers can import, and what it is about."""


@dataclass(frozen=True, slots=True)
class Answer(Generic[_Task]):
    """What came of a piece of work.

    Attributes:
        task: What it was about.
        data: What its function returned; None when the workers that had it died, again and again.
    """

    task: _Task
    data: bytes | None


class Farm:
    """A Dask cluster, for as long as we need it."""

    def __init__(self, address: str) -> None:
        """Connect.

        Raises:
            FarmError: There is no scheduler, or no worker, or one that has another raftkit or Python.
        """
        self.address = address
        self._client = _connected(address)
        self._bundles: dict[str, Any] = {}
        self._last_seen = time.monotonic()
        try:
            self._check()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cluster; what is left there of ours ends by itself."""
        with contextlib.suppress(Exception):  # the scheduler may have gone, in one of many ways
            self._client.close()

    @property
    def jobs(self) -> int:
        """How many pieces of work there are at a time, as of now; 1 while all workers are starting anew."""
        return max(1, sum(self._threads().values()))

    def answers(
        self, work: Work, tasks: Iterable[tuple[Bundle, _Task]], should_stop: Callable[[], bool]
    ) -> Generator[Answer[_Task]]:
        """Have each task done by some worker, and yield what came of it, as it comes.

        ``tasks`` is asked only for what can be begun soon. When the caller closes this, workers end what is under way.

        Raises:
            FarmError: The cluster is gone, or something went wrong there that is not the work's own.
        """
        waiting, ended = iter(tasks), queue.SimpleQueue[Any]()
        under_way: dict[str, tuple[Any, Bundle, _Task]] = {}
        try:
            while not should_stop():
                for bundle, task in islice(waiting, max(0, AHEAD * self.jobs - len(under_way))):
                    future = self._submit(work, bundle, task)
                    under_way[future.key] = future, bundle, task
                    future.add_done_callback(ended.put)
                self._keep({bundle.name for _, bundle, _ in under_way.values()})
                if not under_way:
                    return
                for future in self._ended(ended):
                    if future.status in ("pending", "lost"):  # it died with its worker, and is made again
                        future.add_done_callback(ended.put)
                        continue
                    _, _, task = under_way.pop(future.key)
                    yield Answer(task, self._data(future))
        finally:
            with contextlib.suppress(Exception):
                self._client.cancel([future for future, *_ in under_way.values()])

    # --- one piece of work ---

    def _submit(self, work: Work, bundle: Bundle, task: Any) -> Any:
        if bundle.name not in self._bundles:
            self._bundles[bundle.name] = self._client.submit(_same, bundle, key=bundle.name)
        return self._client.submit(work, self._bundles[bundle.name], task, pure=False)

    def _keep(self, names: set[str]) -> None:
        """Drop the bundles that no work needs just now: their workshops hold folders and processes."""
        self._bundles = {name: future for name, future in self._bundles.items() if name in names}

    def _ended(self, ended: "queue.SimpleQueue[Any]") -> Iterator[Any]:
        """What ended by now, after a moment's wait."""
        with contextlib.suppress(queue.Empty):
            yield ended.get(timeout=LOOK_SECONDS)
            while True:
                yield ended.get_nowait()

    def _data(self, future: Any) -> bytes | None:
        from distributed import KilledWorker

        if future.status == "finished":
            data = future.result()
            if type(data) is bytes and len(data) <= MOST_ANSWER_BYTES:
                return data
            raise FarmError(f"a worker of {self.address} sent no bytes, but {type(data).__name__}")
        if future.status == "error":
            error = future.exception()
            if isinstance(error, KilledWorker):
                return None
            raise FarmError(
                f"a worker of {self.address} could not do its work: {type(error).__name__}: {error}"
            )
        raise FarmError(f"the scheduler {self.address} has dropped the work")

    # --- who is there ---

    def _check(self) -> None:
        try:
            self._client.wait_for_workers(1, timeout=CONNECT_SECONDS)
        except (OSError, TimeoutError):
            raise FarmError(
                f"the scheduler {self.address} has no worker\n  try        dask worker {self.address}"
            ) from None
        try:
            self._client.run_on_scheduler(engine)  # it looks at what it passes on
        except Exception as error:
            raise _without_raftkit(f"the scheduler {self.address}", error) from None
        for worker, theirs in sorted(self._client.run(engine, on_error="return").items()):
            if isinstance(theirs, OSError):
                continue  # it has gone meanwhile
            if not isinstance(theirs, Engine):
                raise _without_raftkit(f"the worker {worker}", theirs)
            refuse_another(theirs, engine(), worker)

    def _threads(self) -> dict[str, int]:
        """How many threads each worker has.

        Raises:
            FarmError: There is no worker any more.
        """
        try:
            found: dict[str, int] = dict(self._client.nthreads())
        except Exception as error:
            raise FarmError(f"the scheduler {self.address} is gone: {error}") from None
        now = time.monotonic()
        if found:
            self._last_seen = now
        elif now - self._last_seen > PATIENCE_SECONDS:
            raise FarmError(f"the scheduler {self.address} has had no worker for {PATIENCE_SECONDS:.0f} s")
        return found


def _without_raftkit(who: str, error: Exception) -> FarmError:
    return FarmError(
        f"{who} cannot take part: {type(error).__name__}: {error}\n"
        "  try        install raftkit there, the same as here, and start it anew"
    )


def _connected(address: str) -> Any:
    """A client of the scheduler at that address.

    Raises:
        FarmError: There is none, or Dask is not installed here.
    """
    try:
        import distributed
        from distributed.comm.addressing import get_address_host_port
    except ImportError:
        raise FarmError("Dask is not installed\n  try        pip install distributed") from None
    for name in list(logging.root.manager.loggerDict):
        if name.startswith("distributed"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # what goes wrong, we say
    client: Any = distributed.Client
    try:
        get_address_host_port(address)  # of an address that is none, a client would be long in dying
        return client(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise FarmError(
            f"no Dask scheduler answers at {address}: {error}\n"
            "  try        dask scheduler on one machine, dask worker tcp://ITS-ADDRESS:8786 on the others"
        ) from None


def _same(bundle: Bundle) -> Bundle:
    """Give back what was sent: a piece of work like any other, which Dask repeats where its worker has died."""
    return bundle
