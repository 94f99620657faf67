"""Which candidates fail as the first one did: the question that the search asks again and again."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from raftkit.model import Result, Verdict
from raftkit.runner.request import RunRequest
from raftkit.shrink.failing import Failing
from raftkit.shrink.lanes import Lanes
from raftkit.shrink.same import Sign, sign_of
from raftkit.shrink.tree import Tree
from raftkit.shrink.write import suite_text
from raftkit.stress.breakage import CHECKS

OTHER_SEEDS = (1, 2, 3)
"""Seeds that a candidate may fail with instead: with less in it, chance takes another way."""
FAIR_SEEDS = tuple(range(1, 9))
"""Seeds with which a sound implementation passes a fair check."""
WAITED_FOR = CHECKS | {"NothingAnswered", "NothingCommits", "NotCaughtUp"}
"""What steps and clients ask for, within some time."""
LONGER = 2
"""How much longer a run may be than that of the smallest so far: less text can mean more to happen, a fault that
comes a thousand times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who fails, and who must not.

    Attributes:
        request: How it is run; suite, test and seed are each candidate's own.
        named: The implementation as the user named it.
        sound: The absolute spec of an implementation that passes; empty when there is none for this test.
    """

    request: RunRequest
    named: str
    sound: str = ""

    def request_for(self, seed: int) -> RunRequest:
        """Ask for a run of the one that fails."""
        return replace(self.request, seed=seed)

    def sound_request_for(self, seed: int) -> RunRequest:
        """Ask for a run of the sound one; it is trusted, and needs no lock."""
        mode = replace(self.request.mode, isolate=False)
        return replace(self.request, implementation=self.sound, seed=seed, mode=mode)

    def sign_of(self, result: Result) -> Sign | None:
        """How a run of the one that fails did so."""
        return sign_of(result, self.request.implementation)


class Trials:
    """Tries candidates, each once.

    Which of them is found does not depend on how many run at a time, nor on how fast: it is the first in order.

    Args:
        lanes: Where they run.
        subject: Whom they are run with.
        sign: What a candidate must show.
        first: What failed; with less in it, a run must not get much longer.
    """

    def __init__(self, lanes: Lanes, subject: Subject, sign: Sign, first: Failing) -> None:
        self._lanes = lanes
        self._subject = subject
        self._sign = sign
        self._seeds = (first.seed, *OTHER_SEEDS)
        self._seed = first.seed
        self._most_events = first.result.events
        self._tried: dict[tuple[str, int, int], Future[Failing | None]] = {}

    def first(self, candidates: Iterator[tuple[int, Tree]]) -> tuple[int, Failing] | None:
        """Return the first that fails in the same way, with its number.

        Raises:
            Stopped: Time is up.
        """
        ahead: deque[tuple[int, Future[Failing | None]]] = deque()
        for number, tree in candidates:
            ahead.append((number, self._trial(tree)))
            if len(ahead) >= self._lanes.jobs and (found := self._found(*ahead.popleft())):
                return found
        for number, trial in ahead:
            if found := self._found(number, trial):
                return found
        return None

    def _found(self, number: int, trial: Future[Failing | None]) -> tuple[int, Failing] | None:
        failing = trial.result()
        if failing is None:
            return None
        self._seed = failing.seed
        self._most_events = min(self._most_events, LONGER * failing.result.events)
        return number, failing

    def _trial(self, tree: Tree) -> Future[Failing | None]:
        """Let a candidate be tried, unless it has been."""
        key = suite_text(tree), self._seed, self._most_events
        if key not in self._tried:
            self._tried[key] = self._lanes.submit(self._try, tree, *key[1:])
        return self._tried[key]

    def _try(self, tree: Tree, first_seed: int, most_events: int) -> Failing | None:
        """In a thread of the lanes: run it with seed after seed, and where it fails the sound one, too."""
        for seed in dict.fromkeys((first_seed, *self._seeds)):
            result = self._lanes.run(tree, self._subject.request_for(seed))
            is_same = self._subject.sign_of(result) == self._sign and result.events <= most_events
            if is_same and self._passes(tree, seed):
                return Failing(tree=tree, seed=seed, result=result)
        return None

    def _passes(self, tree: Tree, seed: int) -> bool:
        """Whether the sound one does: a test that nobody can pass shows nothing.

        An oracle is never wrong. A check may be too much to ask once what it waits for has been cut away, and
        hold by chance; so it must hold with other seeds, too.
        """
        if not self._subject.sound:
            return True
        seeds = (seed, *FAIR_SEEDS) if self._sign.kind in WAITED_FOR else (seed,)
        return all(
            self._lanes.run(tree, self._subject.sound_request_for(each)).verdict is Verdict.PASSED
            for each in dict.fromkeys(seeds)
        )
