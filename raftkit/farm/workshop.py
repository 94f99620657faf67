"""A worker's side: where a bundle is laid out, for as long as Dask keeps the bundle there.

The bundle's files stand below the workshop's folder under their whole paths, and runs are made there as
if that were the root. So whatever a run says of a file begins with the workshop's folder; without that,
it is what the same run says where the bundle comes from. Nobody else's text has that beginning.
"""

import contextlib
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import msgspec

from raftkit.farm.bundle import Bundle, below
from raftkit.farm.engine import engine, refuse_another

LOOK_SECONDS = 0.25
"""How often a workshop looks whether its bundle is still wanted."""

_workshops: dict[str, "Workshop"] = {}
_opening = threading.Lock()


class Tool(Protocol):
    """What is worth keeping from one piece of work to the next: a process, mostly."""

    def close(self) -> None:
        """End it."""
        ...


_Tool = TypeVar("_Tool", bound=Tool)


class Workshop:
    """A bundle, laid out; any number of threads may work in it."""

    def __init__(self, bundle: Bundle, folder: Path) -> None:
        self._folder = folder
        self._tools: list[Any] = []
        self._is_closed = False
        self.root = folder / "root"
        """Where the bundle's files are."""
        self.cwd = below(self.root, bundle.cwd)
        """The current folder, as far as runs are concerned."""
        self._beginning = msgspec.json.encode(str(self.root))[1:-1]
        try:
            bundle.lay_out(self.root)
        except BaseException:
            self.close()
            raise

    def path(self, path: str) -> Path:
        """Where a file of the bundle is."""
        return below(self.root, path)

    def told(self, text: str) -> str:
        """A text as it would be where the bundle comes from."""
        return text.replace(str(self.root), "")

    def told_json(self, data: bytes) -> bytes:
        """JSON as it would be where the bundle comes from."""
        return data.replace(self._beginning, b"")

    @contextlib.contextmanager
    def borrowed(self, make: Callable[[], _Tool]) -> Iterator[_Tool]:
        """Have a tool to oneself: one that somebody used before, or a new one."""
        tool = self._tools.pop() if self._tools else make()
        try:
            yield tool
        except BaseException:
            tool.close()
            raise
        self._tools.append(tool)
        if self._is_closed:
            self.close()

    @contextlib.contextmanager
    def scratch(self) -> Iterator[Path]:
        """A folder that is gone afterwards."""
        with tempfile.TemporaryDirectory(dir=self._folder, ignore_cleanup_errors=True) as folder:
            yield Path(folder)

    def close(self) -> None:
        """End the tools that nobody uses, and remove all files; a tool in use is ended when it comes back."""
        self._is_closed = True
        while self._tools:
            self._tools.pop().close()
        shutil.rmtree(self._folder, ignore_errors=True)


def workshop(bundle: Bundle) -> Workshop:
    """Return this worker's workshop for a bundle.

    Raises:
        FarmError: This is not a worker whose results are those of whoever asks.
        OSError: There is no room for it.
    """
    from distributed import get_worker

    worker = get_worker()
    refuse_another(engine(), bundle.engine, worker.address)
    with _opening:
        if bundle.name not in _workshops:
            folder = tempfile.mkdtemp(prefix="raftkit-", dir=worker.local_directory)
            _workshops[bundle.name] = Workshop(bundle, Path(folder).resolve())
            threading.Thread(target=_keep, args=(bundle.name, worker), daemon=True).start()
        return _workshops[bundle.name]


def _keep(name: str, worker: Any) -> None:
    """Close a workshop when its bundle has gone: its work is done, or whoever sent it is gone."""
    while name in worker.state.tasks:
        time.sleep(LOOK_SECONDS)
    with _opening:
        closing = _workshops.pop(name)
    closing.close()


def is_called_off() -> bool:
    """Whether nobody waits any more for the work that this thread does."""
    from distributed import get_worker

    worker = get_worker()
    task = worker.state.tasks.get(worker.get_current_task())
    return task is None or task.state == "cancelled"
