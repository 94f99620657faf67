"""Which candidates fail as the first one did: the question that the search asks again and again."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import NamedTuple

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
LONGER, SHORT = 2, 1_000
"""How much longer a run may be than that of the smallest so far, and how many events nobody minds: less text can mean
more to happen, say a fault that comes a thousand times."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """Who fails, and who must not.

    Attributes:
        request: How it is run; suite, test and seed are each candidate's own.
        named: The implementation as the user named it.
        sound: The absolute spec of an implementation that passes; empty when there is none for this test.
        sound_events: How many events a run of it may have; 0 for any number.
    """

    request: RunRequest
    named: str
    sound: str = ""
    sound_events: int = 0

    def request_for(self, seed: int, most_events: int = 0) -> RunRequest:
        """Ask for a run of the one that fails."""
        return replace(self.request, seed=seed, most_events=most_events)

    def sound_request_for(self, seed: int) -> RunRequest:
        """Ask for a run of the sound one; it is trusted, and needs no lock."""
        mode = replace(self.request.mode, isolate=False)
        return replace(
            self.request, implementation=self.sound, seed=seed, mode=mode, most_events=self.sound_events
        )

    def sign_of(self, result: Result) -> Sign | None:
        """How a run of the one that fails did so."""
        return sign_of(result, self.request.implementation)


class _Trial(NamedTuple):
    """What a trial depends on."""

    text: str
    first_seed: int
    most_events: int
    is_strict: bool


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
        self._most_events = bound(first.result)
        self.is_strict = False
        """Whether what is found must be fair; from the first fair one on, it must."""
        self._tried: dict[_Trial, Future[Failing | None]] = {}
        self._rejected: set[str] = set()
        """Texts that did not fail in the same way, with any of the seeds; these are always the same ones."""

    def first(self, candidates: Iterator[tuple[int, Tree]]) -> tuple[int, Failing] | None:
        """Return the first that fails in the same way, with its number.

        Raises:
            Stopped: Time is up.
        """
        ahead: deque[tuple[int, _Trial]] = deque()
        for number, tree in candidates:
            trial = _Trial(suite_text(tree), self._seed, self._most_events, self.is_strict)
            if trial.text in self._rejected:
                continue
            if trial not in self._tried:
                self._tried[trial] = self._lanes.submit(self._try, tree, trial)
            ahead.append((number, trial))
            if len(ahead) >= self._lanes.jobs and (found := self._found(*ahead.popleft())):
                return found
        for number, trial in ahead:
            if found := self._found(number, trial):
                return found
        return None

    def _found(self, number: int, trial: "_Trial") -> tuple[int, Failing] | None:
        failing = self._tried[trial].result()
        if failing is None:
            self._rejected.add(trial.text)
            return None
        self.is_strict = self.is_strict or failing.is_fair
        self._seed = failing.seed
        self._most_events = min(self._most_events, bound(failing.result))
        return number, failing

    def _try(self, tree: Tree, trial: "_Trial") -> Failing | None:
        """In a thread of the lanes: run it with seed after seed, and where it fails the sound one, too."""
        for seed in dict.fromkeys((trial.first_seed, *self._seeds)):
            result = self._lanes.run(tree, self._subject.request_for(seed, trial.most_events))
            if self._subject.sign_of(result) != self._sign:
                continue
            verdict = self._sound_verdict(tree, seed)
            if verdict is Verdict.PASSED or (verdict is Verdict.VACUOUS and not trial.is_strict):
                return Failing(tree=tree, seed=seed, result=result, is_fair=verdict is Verdict.PASSED)
        return None

    def _sound_verdict(self, tree: Tree, seed: int) -> Verdict:
        """How the sound one ends: a test that nobody can pass shows nothing.

        An oracle is never wrong. A check may be too much to ask once what it waits for has been cut away, and
        hold by chance; so it must hold with other seeds, too.
        """
        if not self._subject.sound:
            return Verdict.PASSED
        verdict = Verdict.PASSED
        for each in dict.fromkeys((seed, *FAIR_SEEDS) if self._sign.kind in CHECKS else (seed,)):
            found = self._lanes.run(tree, self._subject.sound_request_for(each)).verdict
            if found not in (Verdict.PASSED, Verdict.VACUOUS):
                return found
            verdict = found if each == seed else verdict
        return verdict


def bound(result: Result) -> int:
    """How many events may happen where so many happened before."""
    return max(SHORT, LONGER * result.events)
