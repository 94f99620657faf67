"""A kernel whose errors are looked at, and spaces made of a few files."""

import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from raftkit.model import Instrumentation
from raftkit.sim import Kernel, Space, Task, make_locks
from raftkit.sim.race import Race, Watch


class Lab:
    """Kernels for one test; all are closed at its end, and an error that nobody expected fails it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.errors: list[tuple[str, BaseException]] = []
        self.spins: list[Task] = []
        self.printed: list[str] = []
        self._closing: list[Callable[[], None]] = []

    def kernel(self, seed: str = "7", step_ns: int = 0) -> Kernel:
        kernel = Kernel(
            seed,
            step_ns=step_ns,
            on_error=lambda task, error: self.errors.append((task.name, error)),
            on_spin=self.spins.append,
        )
        self._closing.append(kernel.close)
        return kernel

    def write(self, files: dict[str, str], folder: str = "impl") -> Path:
        root = self.folder / folder
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        return root

    def space(
        self, kernel: Kernel, *roots: Path, group: object = 1, watch: Watch | None = None, **options: Any
    ) -> Space:
        space = Space(
            kernel,
            make_locks(kernel, Random("locks"), watch),
            Random(f"stream {group}"),
            group=group,
            roots=roots,
            on_print=lambda text, is_error: self.printed.append(text),
            on_thread_error=lambda name, error: self.errors.append((name, error)),
            **options,
        )
        self._closing.append(space.close)
        return space

    def run(self, source: str, *, until_ns: int = 1 << 60, seed: str = "7", **files: str) -> str:
        """Load a module and run what it starts: what it printed."""
        kernel = self.kernel(seed, step_ns=10_000)
        root = self.write({"raft.py": source, **{f"{name}.py": text for name, text in files.items()}})
        space = self.space(kernel, root)
        kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
        before = len(self.printed)
        kernel.run_until(until_ns)
        return "".join(self.printed[before:])

    def races(self, source: str, *, seed: str = "7", is_interrupted: bool = False) -> list[Race]:
        """Load a module in mode ``RACE``: the data races of what it runs. What it prints is kept as ever."""
        kernel = self.kernel(seed, step_ns=10_000)
        watch = Watch(kernel, Instrumentation.RACE, Random(seed))
        if not is_interrupted:
            watch.preemption.point = lambda site: None  # type: ignore[method-assign]
        root = self.write({"raft.py": source})
        space = self.space(kernel, root, watch=watch, instrument=Instrumentation.RACE)
        found: list[Race] = []
        watch.enter(space, found.append)
        kernel.spawn(space.load, root / "raft.py", "raft", name="main", group=1)
        kernel.run_until(1 << 60)
        return found

    def close(self) -> None:
        for close in self._closing:
            close()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Kernels and spaces that end with the test."""
    made = Lab(tmp_path)
    yield made
    made.close()
    for name, error in made.errors:
        raise AssertionError(f"{name} raised") from error
