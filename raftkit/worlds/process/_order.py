"""What the judge wants of the zygote: one world, in a process of its own."""

import os
from pathlib import Path

import msgspec

from raftkit.contract import Location
from raftkit.model import Instrumentation, Limits

ADDRESS_FACTOR = 4
"""Address space that a world may add, in times of its memory limit: growth in small steps is measured."""


class Order(msgspec.Struct, frozen=True, gc=False):
    """A world for one test, or a look at an implementation's shape when ``seed`` is empty.

    Attributes:
        path: The implementation's file, absolute.
        roots: Folders whose modules it may import.
        module: The name that its module gets.
        class_name: The class to construct, or empty.
        seed: Names the world's random streams.
        cwd: The current folder that its code sees.
        hidden: Files and folders that must not be seen even where they lie in one of the roots.
        memory_bytes: Address space that it may add.
        cpu_seconds: Processor time after which the kernel ends it.
        instrument: How its code is instrumented.
        deviations: How many choices of the scheduler are the seed's; None for all.
    """

    path: str
    roots: list[str]
    module: str
    class_name: str
    seed: str
    cwd: str
    hidden: list[str]
    memory_bytes: int
    cpu_seconds: int
    instrument: Instrumentation = Instrumentation.BUDGET
    deviations: int | None = None

    @property
    def location(self) -> Location:
        """Where the implementation is."""
        return Location(Path(self.path), tuple(map(Path, self.roots)), self.module, self.class_name)


class Born(msgspec.Struct, frozen=True, tag=True, gc=False):
    """The world's process exists; ``pid`` as the judge sees it."""

    pid: int


class Died(msgspec.Struct, frozen=True, tag=True, gc=False):
    """It is gone: its wait status, and the processor time of all its processes."""

    status: int
    cpu_seconds: float


class Unborn(msgspec.Struct, frozen=True, tag=True, gc=False):
    """It could not be made."""

    why: str


FromKeeper = Born | Died | Unborn


def order_for(
    location: Location,
    seed: str,
    limits: Limits,
    hidden: tuple[str, ...] = (),
    *,
    instrument: Instrumentation = Instrumentation.BUDGET,
    deviations: int | None = None,
) -> Order:
    """Order a world for an implementation; with an empty seed, only a look at its shape.

    ``hidden`` names what its code must not see even if it lies beside it; empty names are left out.
    """
    return Order(
        path=str(location.path),
        roots=[str(root) for root in location.roots],
        module=location.module,
        class_name=location.class_name,
        seed=seed,
        cwd=os.getcwd(),
        hidden=[str(Path(name).resolve()) for name in hidden if name],
        memory_bytes=ADDRESS_FACTOR * limits.memory_bytes,
        cpu_seconds=int(limits.cpu_seconds * 2) + 10,
        instrument=instrument,
        deviations=deviations,
    )
