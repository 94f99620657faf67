"""One failure is shrunk: from what failed to what is left, until nothing gets smaller or time is up."""

import math
import time
from collections.abc import Generator, Iterator
from dataclasses import replace

from raftkit.errors import RaftkitError
from raftkit.model import Verdict
from raftkit.runner.parent import Stopped
from raftkit.shrink.cuts import CUTS, is_smaller
from raftkit.shrink.failing import Failing
from raftkit.shrink.lanes import Lanes
from raftkit.shrink.measures import measure
from raftkit.shrink.search import minimise
from raftkit.shrink.tree import Tree
from raftkit.shrink.trials import Subject, Trials, bound


class NothingToShrink(RaftkitError):
    """The test does not fail, or says nothing of the implementation."""


class Shrinking:
    """Shrinks one failure; close it at the end.

    Args:
        subject: Whom it is run with.
        tree: A suite of one test.
        seed: Its seed.
        jobs: How many candidates run at a time.
        seconds: How long to look for smaller ones, in real time.

    Raises:
        NothingToShrink: It does not fail.
        ContractError: The implementation cannot be plugged in.
    """

    def __init__(self, subject: Subject, tree: Tree, *, seed: int, jobs: int, seconds: float) -> None:
        self._seconds = seconds
        self._ends_at = math.inf
        self._lanes = Lanes(jobs, lambda: time.monotonic() > self._ends_at)
        self._seed = seed
        self.is_done = False
        """Whether nothing gets smaller any more."""
        try:
            self.best = self._failing(subject, tree)
            self.subject = self._with_sound(subject)
            self.before = measure(self.best)
        except BaseException:
            self.close()
            raise

    @property
    def runs(self) -> int:
        """Runs so far."""
        return self._lanes.runs

    def close(self) -> None:
        """End all that still runs."""
        self._lanes.close()

    def run(self) -> Iterator[str]:
        """Yield what has become less, each time that something has, until nothing does or time is up.

        ``best`` is then the smallest so far.
        """
        sign = self.subject.sign_of(self.best.result)
        assert sign is not None
        self._ends_at = time.monotonic() + self._seconds
        trials = Trials(self._lanes, self.subject, sign, self.best)
        try:
            if not (yield from self._minimise(trials)):
                trials.is_strict = True
                yield from self._minimise(trials)
            self.is_done = True
        except Stopped:
            return

    def _minimise(self, trials: Trials) -> Generator[str, None, bool]:
        """Go as far as it goes; the smallest that is fair is the best. Return whether the last one was."""
        found = self.best
        for name, failing in minimise(self.best, CUTS, trials.first, is_smaller=is_smaller):
            found = failing
            if found.is_fair:
                self.best = found
            yield name
        return found.is_fair

    def _failing(self, subject: Subject, tree: Tree) -> Failing:
        request = subject.request_for(self._seed)
        result = self._lanes.submit(self._lanes.run, tree, request).result()
        if subject.sign_of(result) is None:
            how = f": {result.reason}" if result.reason else ""
            raise NothingToShrink(
                f"{result.id} does not fail with {subject.named} and seed {self._seed}: it ends as "
                f"{result.verdict.value}{how}"
            )
        return Failing(tree=tree, seed=self._seed, result=result)

    def _with_sound(self, subject: Subject) -> Subject:
        """Keep the sound one if it passes the test as it is, whether or not it shows what it should."""
        if not subject.sound:
            return subject
        request = subject.sound_request_for(self._seed)
        result = self._lanes.submit(self._lanes.run, self.best.tree, request).result()
        if result.verdict in (Verdict.PASSED, Verdict.VACUOUS):
            return replace(subject, sound_events=bound(result))
        return replace(subject, sound="")
