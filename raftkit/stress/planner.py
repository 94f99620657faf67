"""Cuts the work into chunks: large enough that pytest's share of the time is small, small enough to share out.

All tests go forward together, seed by seed, and begin with small steps, so that each has been seen after
a few seconds. Work goes out in rounds: a round has a bounded number of chunks however long the run is,
and whatever it left undone is part of the next.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from itertools import islice

from raftkit.stress.seeds import DoneSeeds
from raftkit.stress.work import Asked, Chunk

ORDINARY_CPU_SECONDS = 0.015
"""What a test of cost 1 takes."""
CHUNK_CPU_SECONDS = 1.0
"""Beside a second of work the few milliseconds of an item do not count."""
LARGEST_CHUNK = 64
CHUNKS_A_ROUND = 2000
"""A round takes a quarter of an hour or more; beginning one takes a second."""
CHUNKS_A_JOB = 4
"""No chunk is so large that a test's seeds make fewer for each job."""

CpuSeconds = Callable[[int], float]
"""What a run of a test takes, by the test's place; 0 when nobody knows yet."""
_Ordered = tuple[float, int, int, Chunk]


class Planner:
    """Knows what was asked for and what is done, and gives out what is left."""

    def __init__(self, asked: Asked, jobs: int) -> None:
        self._asked = asked
        self._jobs = jobs
        self._places = {test.name: place for place, test in enumerate(asked.tests)}
        self._done = {
            (version, place): DoneSeeds()
            for version in range(len(asked.versions))
            for place in range(len(asked.tests))
        }
        self.extra = 0
        """Runs beside those: neighbours of seeds."""
        self.singly = False
        """Whether each run gets a chunk of its own: after a worker died."""

    @property
    def size(self) -> int | None:
        """How many runs there will be; None for no end."""
        seeds = self._asked.seeds.size
        return None if seeds is None else seeds * len(self._done) + self.extra

    @property
    def is_complete(self) -> bool:
        """Whether everything is done."""
        seeds = self._asked.seeds.size
        return seeds is not None and all(len(done) == seeds for done in self._done.values())

    def note(self, version: int, test: str, seed: int) -> bool:
        """Note a run as done; say whether it was part of the work, and is new."""
        index = self._asked.seeds.index_of(seed)
        place = self._places.get(test, -1)
        return index >= 0 and (version, place) in self._done and self._done[version, place].add(index)

    def is_done(self, version: int, place: int, seed: int) -> bool:
        """Whether a run is done."""
        return self._asked.seeds.index_of(seed) in self._done[version, place]

    def chunks(self, cpu_seconds: CpuSeconds) -> list[Chunk]:
        """Return the next round's chunks, in the order in which they begin."""
        streams = [self._stream(version, place, cpu_seconds(place)) for version, place in self._done]
        if self._asked.in_turn:
            ordered = (item for stream in streams for item in stream)
        else:
            ordered = merge(*streams, key=lambda item: item[:3])
        return [chunk for *_, chunk in islice(ordered, CHUNKS_A_ROUND)]

    def _stream(self, version: int, place: int, cpu_seconds: float) -> Iterator[_Ordered]:
        """The chunks of one test: 1, 1, 2, 4, ... seeds, up to what is worth an item."""
        seeds, largest = self._asked.seeds, self._largest(place, cpu_seconds)
        missing = self._done[version, place].missing(seeds.size)
        given = 0
        while cases := tuple((seeds.at(index), 0) for index in islice(missing, min(max(1, given), largest))):
            yield given, place, version, Chunk(version, place, cases)
            given += len(cases)

    def _largest(self, place: int, cpu_seconds: float) -> int:
        if self.singly:
            return 1
        cpu_seconds = cpu_seconds or self._asked.tests[place].cost * ORDINARY_CPU_SECONDS
        worth = max(1, min(LARGEST_CHUNK, round(CHUNK_CPU_SECONDS / cpu_seconds)))
        size = self._asked.seeds.size
        return worth if size is None else min(worth, max(1, size // (CHUNKS_A_JOB * self._jobs)))
